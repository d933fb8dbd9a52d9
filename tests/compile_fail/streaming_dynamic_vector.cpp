// SPDX-License-Identifier: MIT
// One example whose input is a vector of dynamic length: it could hold any number of inputs.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::observed_inputs, incontext::Given<-1, 1>, incontext::Required<3, 1>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>>;

Observation observe(Context& context, Eigen::VectorXf const& x, Eigen::Vector2f const& y) {
#ifdef BROKEN
    return context.observe(x, y);
#else
    return context.observe(x.head<3>(), y);
#endif
}
