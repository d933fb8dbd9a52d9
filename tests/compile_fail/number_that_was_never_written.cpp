// SPDX-License-Identifier: MIT
// A sum that begins with a matrix that nobody wrote: in exact numbers it was zero, in float it is what stood in memory.
//
// expected: this comparison cannot be made while compiling
// expected: a_number_is_read_that_nobody_wrote
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        Matrix<Number, Shape.token_dim, Shape.query> sum;
#else
        auto sum = zero<Number, Shape.token_dim, Shape.query>();
#endif
        for (int head = 0; head < 2; ++head) {
            sum += Number(head) * prompt.query;
        }
        prompt.query = sum;
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
