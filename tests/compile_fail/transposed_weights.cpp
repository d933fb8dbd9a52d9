// SPDX-License-Identifier: MIT
// W0 transposed: for all sizes it does not even multiply, and the symbolic product says so.
//
// expected: a_symbolic_product_has_different_inner_sizes
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) {
    auto step = gradient_step(any);
#ifdef BROKEN
    step.initial_weights = transpose(any.initial_weights());
#endif
    return as_attention(step);
};

static_assert(identical_for_all_sizes(gradient_step, layer));
