// SPDX-License-Identifier: MIT
// An online rule goes through the examples one by one. In symbols the context is one block of any length: the rule would
// see one example. For named sizes it is compared with numbers.
//
// expected: a symbolic block stands for a whole part of a matrix, of any size, so it has no entries
#include "incontext/theorem.hpp"

using namespace incontext;

/// Adds every context token to the first query token, one after the other.
struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        for (int j = 0; j < Shape.context; ++j) {
            for (int row = 0; row < Shape.token_dim; ++row) {
                prompt.query(row, 0) += prompt.context(row, j);
            }
        }
        return prompt;
    }
};

#ifdef BROKEN
static_assert(identical_for_all_sizes(MyLayer{}, MyLayer{}));
#else
static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}>(MyLayer{}, MyLayer{}));
#endif
