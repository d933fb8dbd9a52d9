// SPDX-License-Identifier: MIT
// Two values, steps with different learning rates: their types are the same, so nothing would be compared.
//
// expected: identical and the law of streams see types alone: pass a lambda without captures
// expected: a_statement_must_not_hold_values<
#include "incontext/theorem.hpp"

using namespace incontext;
constexpr Dimensions sizes{.input = 1, .output = 1, .context = 2};
constexpr GradientStep<sizes, Modular> slow{.learning_rate = 1, .initial_weights = zero<Modular, 1, 1>()};
constexpr GradientStep<sizes, Modular> fast{.learning_rate = 2, .initial_weights = zero<Modular, 1, 1>()};

#ifdef BROKEN
static_assert(identical<sizes>(slow, fast));
#else
static_assert(different<sizes>(slow, fast));
#endif
