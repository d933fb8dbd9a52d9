// SPDX-License-Identifier: MIT
// A layer with the wrong sign: the check names token, row, expected and actual in the first error.
//
// expected: the two token updates differ: read this message's Difference{token, row, expected {numerator, denominator}
// expected-gcc: the_two_updates_differ_at<incontext::Difference{0, 3, incontext::Fraction{68, 7}, incontext::Fraction{-96, 7}}>
// expected-clang: the_two_updates_differ_at<{0, 3, {68, 7}, {-96, 7}}>
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) {
    auto attention = as_attention(gradient_step(any));
#ifdef BROKEN
    attention.output = -attention.output;
#endif
    return attention;
};

static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}>(gradient_step, layer));
