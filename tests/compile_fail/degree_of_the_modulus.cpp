// SPDX-License-Identifier: MIT
// x^p with p = 2^61 - 1 is x in the field of integers modulo p, and nowhere else.
//
// expected: the degree of these updates (the first number in this message) is above 2^30
// expected-gcc: the_degree_is_not_far_below_the_modulus<2305843009213693951, 1073741824>
// expected-clang: 2305843009213693951LL <= 1073741824LL
#include "incontext/theorem.hpp"

using namespace incontext;

struct Nothing {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};
/// Raises an entry to a power: the product of x^(2^i), i = 0 .. 60.
struct Power {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number power = prompt.query(0, 0);
        Number result = power;
        for (int i = 1; i < 61; ++i) {
            power = power * power;
            result = result * power;
        }
        prompt.query(0, 0) = result;
        return prompt;
    }
};

#ifdef BROKEN
static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7}>(Nothing{}, Power{}));
#else
static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7}>(Nothing{}, Nothing{}));
#endif
