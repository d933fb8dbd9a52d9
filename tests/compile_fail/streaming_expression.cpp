// SPDX-License-Identifier: MIT
// Targets given as an expression: it is read entry by entry, and its product would be computed again for each entry.
//
// expected: a streaming context reads examples from a matrix, a map or a block of one
// expected: observed_examples_must_be_stored<incontext::observed_outputs
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>>;

Observation observe(Context& context, Eigen::Matrix3Xf const& X, Eigen::Matrix<float, 2, 3> const& W) {
#ifdef BROKEN
    return context.observe(X, W * X);
#else
    return context.observe(X, (W * X).eval());
#endif
}
