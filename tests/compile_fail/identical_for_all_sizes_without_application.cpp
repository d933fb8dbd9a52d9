// SPDX-License-Identifier: MIT
// A statement for all sizes about zero applications, which says nothing.
//
// expected: identical_for_all_sizes: zero applications would be true of any two updates
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) { return as_attention(gradient_step(any)); };

#ifdef BROKEN
constexpr int applications = 0;
#else
constexpr int applications = 1;
#endif

static_assert(identical_for_all_sizes<applications>(gradient_step, layer));
