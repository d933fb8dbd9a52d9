// SPDX-License-Identifier: MIT
// W0 plus its transpose: for all sizes the two have different shapes, and the symbolic sum says so.
//
// expected: a_symbolic_sum_has_blocks_of_different_shapes
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    auto const W0 = any.initial_weights();
#ifdef BROKEN
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), W0 + transpose(W0)};
#else
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), W0 + W0};
#endif
};
constexpr auto layer = [](auto any) { return as_attention(gradient_step(any)); };

static_assert(identical_for_all_sizes(gradient_step, layer));
