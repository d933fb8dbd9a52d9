// SPDX-License-Identifier: MIT
// An update that forgets the query tokens: the first difference is in token 7, the first query behind 7 context tokens.
//
// expected: the two token updates differ: read this message's Difference{token, row, expected {numerator, denominator}
// expected-gcc: the_two_updates_differ_at<incontext::Difference{7, 3,
// expected-clang: the_two_updates_differ_at<{7, 3,
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};

template <class Step>
struct MyUpdate {
    Step step;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
#ifdef BROKEN
        return {.context = step(prompt).context, .query = prompt.query};
#else
        return {.context = step(prompt).context, .query = step(prompt).query};
#endif
    }
};
constexpr auto mine = [](auto any) { return MyUpdate<decltype(gradient_step(any))>{gradient_step(any)}; };

static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}>(gradient_step, mine));
