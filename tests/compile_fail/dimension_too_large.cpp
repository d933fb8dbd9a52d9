// SPDX-License-Identifier: MIT
// Sizes whose product an int does not hold.
//
// expected: a matrix of tokens has fewer than 2^31 entries
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int examples = 1'000'000'000;
#else
constexpr int examples = 1'000;
#endif

using Step = GradientStep<Dimensions{.input = 3, .output = 2, .context = examples}, Modular>;
constexpr Dimensions sizes = Step::dimensions;
static_assert(sizes.input == 3);
