// SPDX-License-Identifier: MIT
// The same of the first update: the layer counts its calls, and the formula is right.
//
// expected: this comparison cannot be made while compiling
// expected-gcc: mutable
// expected-clang: cannot modify an object that is visible outside that expression
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

template <class Number>
struct Update {
    Number rate;
    mutable int calls = 0;

    template <TokenShape Shape>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query = calls++ == 0 ? rate * prompt.query : prompt.query;
#else
        prompt.query = rate * prompt.query;
#endif
        return prompt;
    }
};

constexpr auto my_layer = []<class Any>(Any any) { return Update<typename Any::Scalar>{any.learning_rate()}; };
constexpr auto formula = []<class Any>(Any any) {
    return [rate = any.learning_rate()](auto prompt) {
        prompt.query = rate * prompt.query;
        return prompt;
    };
};

static_assert(identical<sizes>(my_layer, formula));
