// SPDX-License-Identifier: MIT
// Inputs recorded in double, shown to a model of floats.
//
// expected: a matrix holds another number type than its place requires
// expected: a_matrix_has_the_wrong_numbers<incontext::observed_inputs, double, float
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>>;

Observation observe(Context& context, Eigen::Matrix3Xd const& X, Eigen::Matrix2Xf const& Y) {
#ifdef BROKEN
    return context.observe(X, Y);
#else
    return context.observe(X.cast<float>().eval(), Y);
#endif
}
