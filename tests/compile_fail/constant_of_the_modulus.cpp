// SPDX-License-Identifier: MIT
// A constant that is 0 modulo 2^61 - 1: a layer that adds this multiple of its tokens would be proved to do nothing.
//
// expected: this comparison cannot be made while compiling
// expected: an_integer_is_too_large_for_this_exact_number
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

template <long long Factor>
struct Multiple {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query = Number(Factor) * prompt.query;
        return prompt;
    }
};

#ifdef BROKEN
static_assert(identical<sizes>(Multiple<1>{}, Multiple<1LL << 61>{}));
#else
static_assert(different<sizes>(Multiple<1>{}, Multiple<1LL << 60>{}));
#endif
