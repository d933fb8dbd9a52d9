// SPDX-License-Identifier: MIT
// A function that returns something else than a prompt of the same shape.
//
// expected: an update must be callable as a constant (operator() is const), with a Prompt of these Dimensions, and return one of the same type
#include "incontext/theorem.hpp"

using namespace incontext;

struct MyUpdate {
    template <TokenShape Shape, class Number>
    constexpr auto operator()(Prompt<Shape, Number> const& prompt) const {
#ifdef BROKEN
        return prompt.query;
#else
        return prompt;
#endif
    }
};

static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}>(MyUpdate{}, MyUpdate{}));
