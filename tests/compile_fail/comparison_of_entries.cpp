// SPDX-License-Identifier: MIT
// A padding mask by comparison: at the drawn witnesses no token is zero, so the branch would never be seen. As a factor, 0
// or 1, the mask is part of the rule.
//
// expected: a symbol stands for every value, so it is not compared
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        for (int j = 0; j < Shape.context; ++j) {
#ifdef BROKEN
            if (prompt.context(0, j) == Number(0)) {
                prompt.context(1, j) = Number(0);
            }
#else
            prompt.context(1, j) = prompt.context(0, j) * prompt.context(1, j);  // row 0 holds the mask
#endif
        }
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
