// SPDX-License-Identifier: MIT
// The weights of least squares for 2 inputs and 3 outputs, from a prompt of 3 inputs and 2 outputs.
//
// expected: these tokens were made of another number of inputs and outputs
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

#ifdef BROKEN
constexpr Dimensions asked{.input = 2, .output = 3, .context = 7};
#else
constexpr Dimensions asked = sizes;
#endif

auto weights(PromptOf<sizes, float> const& prompt) {
    return least_squares_weights<asked>(prompt);
}
