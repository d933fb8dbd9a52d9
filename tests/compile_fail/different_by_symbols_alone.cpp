// SPDX-License-Identifier: MIT
// N (1/N) with a size as a number: no polynomial says so, and no number says otherwise. They are one map.
//
// expected: only_the_symbols_differ_and_no_number_does
#include "incontext/theorem.hpp"

using namespace incontext;

struct Nothing {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};
struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        Number const size(Shape.context);
#else
        Number const size = context_size<Number>(Shape.context);
#endif
        prompt.query = (size * one_over_context<Number>(Shape.context)) * prompt.query;
        return prompt;
    }
};

static_assert(!different_for_some_sizes(Nothing{}, MyLayer{}));
