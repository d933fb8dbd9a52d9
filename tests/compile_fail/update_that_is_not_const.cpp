// SPDX-License-Identifier: MIT
// An update whose operator() is not const: it could leave something behind for the next call.
//
// expected: an update must be callable as a constant (operator() is const)
#include "incontext/theorem.hpp"

using namespace incontext;

template <TokenShape Shape, class Number>
struct MyLayer {
    LinearSelfAttention<Shape, Number> inner;

#ifdef BROKEN
    constexpr auto operator()(auto const& prompt) {
        return inner(prompt);
    }
#else
    constexpr auto operator()(auto const& prompt) const {
        return inner(prompt);
    }
#endif
};

constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto mine = []<class Any>(Any any) {
    return MyLayer<Any::dimensions.tokens(), typename Any::Scalar>{as_attention(step(any))};
};
static_assert(identical_for_all_sizes(step, mine));
