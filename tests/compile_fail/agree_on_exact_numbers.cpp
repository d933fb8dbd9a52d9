// SPDX-License-Identifier: MIT
// Rounding, asked of numbers that do not round.
//
// expected: agree, agree_on_streams and error_bounds are about numbers that round
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
#ifdef BROKEN
using Number = Rational;
#else
using Number = double;
#endif

bool holds(GradientStep<sizes, Number> const& step, PromptOf<sizes, Number> const& prompt) {
    return agree(step, as_attention(step), prompt).holds;
}
