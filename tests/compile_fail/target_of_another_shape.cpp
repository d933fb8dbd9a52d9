// SPDX-License-Identifier: MIT
// A target [query x output] in place of [output x query].
//
// expected: a_matrix_has_the_wrong_shape<incontext::the_target_of_a_task, incontext::Given<4, 2>, incontext::Required<2, 4>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

float loss(Layer const& layer, PromptOf<sizes, float> const& prompt, Eigen::Matrix<float, 4, 2> const& target,
           Layer& gradient) {
#ifdef BROKEN
    return add_loss_and_gradient<sizes>(layer, prompt, target, 1, gradient);
#else
    return add_loss_and_gradient<sizes>(layer, prompt, target.transpose(), 1, gradient);
#endif
}
