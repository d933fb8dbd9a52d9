// SPDX-License-Identifier: MIT
// A sum of centred scores is zero for every prompt: floating point would divide by rounding errors.
//
// expected: this comparison cannot be made while compiling
// expected: an_exact_number_is_divided_by_zero
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number mean(0);
        for (int j = 0; j < Shape.context; ++j) {
            mean += prompt.context(0, j) * one_over_context<Number>(Shape.context);
        }
        Number sum(0);
        for (int j = 0; j < Shape.context; ++j) {
#ifdef BROKEN
            sum += prompt.context(0, j) - mean;
#else
            sum += prompt.context(0, j);
#endif
        }
        prompt.query(0, 0) = prompt.query(0, 0) / sum;
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
