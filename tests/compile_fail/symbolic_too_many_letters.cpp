// SPDX-License-Identifier: MIT
// Ten steps in a row as polynomials: the longest term has more symbols than a term holds.
//
// expected: a_symbolic_term_has_too_many_letters
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) { return as_attention(gradient_step(any)); };

#ifdef BROKEN
static_assert(identical_for_all_sizes<10>(gradient_step, layer));
#else
static_assert(identical_for_all_sizes<2>(gradient_step, layer));
static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}, 10>(gradient_step, layer));
#endif
