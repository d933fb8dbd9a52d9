// SPDX-License-Identifier: MIT
// Initial weights [input x output] in place of [output x input].
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::the_initial_weights_W0, incontext::Given<3, 2>, incontext::Required<2, 3>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Model = LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>;

auto context(Model const& model, Eigen::Matrix<float, 3, 2> const& weights) {
#ifdef BROKEN
    return StreamingContext<sizes, Model>(model, weights);
#else
    return StreamingContext<sizes, Model>(model, weights.transpose());
#endif
}
