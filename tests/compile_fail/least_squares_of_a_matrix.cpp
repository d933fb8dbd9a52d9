// SPDX-License-Identifier: MIT
// Least squares of a context, which does not say where its query is.
//
// expected: what a regression on a prompt's examples is asked takes a Prompt of float or double
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

auto predicted(PromptOf<sizes, float> const& prompt) {
#ifdef BROKEN
    return least_squares_prediction<sizes>(prompt.context);
#else
    return least_squares_prediction<sizes>(prompt);
#endif
}
