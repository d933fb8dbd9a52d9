// SPDX-License-Identifier: MIT
// The stack is given before the evaluation.
//
// expected: what is measured on evaluation tasks is given the Evaluation first
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

auto losses(Evaluation<sizes> const& evaluation, UntiedStack<Layer, 2> const& stack) {
#ifdef BROKEN
    return losses_by_depth(stack, evaluation);
#else
    return losses_by_depth(evaluation, stack);
#endif
}
