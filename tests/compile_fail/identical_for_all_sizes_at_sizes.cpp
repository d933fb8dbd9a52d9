// SPDX-License-Identifier: MIT
// Two updates are compared for all sizes, and sizes are named.
//
// expected: two updates are compared by identical<sizes>(first, second)
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) { return as_attention(step(any)); };

#ifdef BROKEN
static_assert(identical_for_all_sizes<Dimensions{3, 2, 7}>(step, layer));
#else
static_assert(identical_for_all_sizes(step, layer));
#endif
