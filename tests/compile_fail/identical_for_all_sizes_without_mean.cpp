// SPDX-License-Identifier: MIT
// eta instead of eta/N: the check spells both polynomials.
//
// expected: the two token updates differ as polynomials
// expected: incontext::spelled<'Y', '-', '1', '/', 'N', ' ', 'e', 't', 'a', ' ', 'Y', ' ', 'X', '\'', ' ', 'X',
// expected: incontext::spelled<'Y', '-', 'e', 't', 'a', ' ', 'Y', ' ', 'X', '\'', ' ', 'X',
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = []<class Any>(Any any) {
    auto attention = as_attention(gradient_step(any));
#ifdef BROKEN
    attention.output = identity<typename Any::Scalar, Any::dimensions.tokens().token_dim>(any.learning_rate());
#endif
    return attention;
};

static_assert(identical_for_all_sizes(gradient_step, layer));
