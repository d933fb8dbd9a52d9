// SPDX-License-Identifier: MIT
// 1/7 where the number of examples has no value: a statement for all sizes must say 1/N.
//
// expected: the_symbolic_context_is_one_block
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = []<class Any>(Any any) {
    using Number = typename Any::Scalar;
#ifdef BROKEN
    Number const mean = one_over_context<Number>(7);
#else
    Number const mean = one_over_context<Number>(Any::dimensions.context);
#endif
    auto attention = as_attention(gradient_step(any));
    attention.output = identity<Number, Any::dimensions.tokens().token_dim>(any.learning_rate() * mean);
    return attention;
};

static_assert(identical_for_all_sizes(gradient_step, layer));
