// SPDX-License-Identifier: MIT
// Only the first query token is written, in a matrix that is returned as a part of the prompt: nobody reads the others here, and
// in float they are what stood in memory.
//
// expected: this comparison cannot be made while compiling
// expected: a_number_is_read_that_nobody_wrote
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        Matrix<Number, Shape.token_dim, Shape.query> query;
#ifdef BROKEN
        constexpr int queries = 1;
#else
        constexpr int queries = Shape.query;
#endif
        for (int token = 0; token < queries; ++token) {
            for (int row = 0; row < Shape.token_dim; ++row) {
                query(row, token) = prompt.query(row, token);
            }
        }
        Prompt<Shape, Number> updated{.context = prompt.context, .query = query};
        return updated;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
