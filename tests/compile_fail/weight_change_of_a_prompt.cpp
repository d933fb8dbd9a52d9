// SPDX-License-Identifier: MIT
// A step is asked for the weight change on a whole prompt in place of its context.
//
// expected: this function takes matrices, as many as its declaration says
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

auto change(GradientStep<sizes, Modular> const& step, PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return step.weight_change(prompt);
#else
    return step.weight_change(prompt.context);
#endif
}
