// SPDX-License-Identifier: MIT
// The context's size as an integer: in symbols the context is one block, and its count is 1, not N.
//
// expected: the two token updates differ as polynomials, but not by numbers
// expected: write context_size<Number>(shape.context)
#include "incontext/theorem.hpp"

using namespace incontext;

struct Nothing {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};
/// N (1/N) = 1.
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

static_assert(identical_for_all_sizes(Nothing{}, MyLayer{}));
