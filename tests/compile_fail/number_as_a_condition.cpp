// SPDX-License-Identifier: MIT
// A number as a condition: at the point that is drawn no entry is zero, and padded tokens are.
//
// expected: this number is no bool, integer or floating-point number
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        if (prompt.context(0, 0)) {
            prompt.query = prompt.query + prompt.query;
        }
#else
        prompt.query = prompt.query + prompt.context(0, 0) * prompt.query;
#endif
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
