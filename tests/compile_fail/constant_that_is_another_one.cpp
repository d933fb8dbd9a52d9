// SPDX-License-Identifier: MIT
// 2^60 is one half modulo 2^61 - 1.
//
// expected: an_integer_is_too_large_for_this_exact_number
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct Halved {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query = half * prompt.query;
        return prompt;
    }
};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query = Number(1LL << 60) * prompt.query;
#else
        prompt.query = half * prompt.query;
#endif
        return prompt;
    }
};

static_assert(identical<sizes>(Halved{}, MyLayer{}));
