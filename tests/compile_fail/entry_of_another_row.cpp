// SPDX-License-Identifier: MIT
// Row and column in the wrong order: column by column in memory, a row behind the last is the first of the next column.
//
// expected: an_entry_is_asked_for_that_lies_outside_of_its_matrix
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct Nothing {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Matrix<Number, Shape.token_dim, Shape.context> const before = prompt.context;
        for (int token = 0; token < Shape.context; ++token) {
            for (int row = 0; row < Shape.token_dim; ++row) {
#ifdef BROKEN
                prompt.context(row, token) = before(token, row);
#else
                prompt.context(row, token) = before(row, token);
#endif
            }
        }
        return prompt;
    }
};

static_assert(identical<sizes>(Nothing{}, MyLayer{}));
