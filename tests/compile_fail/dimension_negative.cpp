// SPDX-License-Identifier: MIT
// A negative number of examples.
//
// expected: every dimension must be at least 1: token_dim (or input, output), context and query
// expected: every_dimension_must_be_positive<3, 2, -7, 1>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int examples = -7;
#else
constexpr int examples = 7;
#endif

using Step = GradientStep<Dimensions{.input = 3, .output = 2, .context = examples}, Modular>;
constexpr Dimensions sizes = Step::dimensions;
static_assert(sizes.input == 3);
