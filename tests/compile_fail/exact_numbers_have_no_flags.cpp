// SPDX-License-Identifier: MIT
// A layer that asks whether its numbers have an infinity: float and double do, and it would do something else there.
//
// expected: an exact number has no std::numeric_limits: no epsilon, infinity, min and max.
#include <limits>

#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        if constexpr (std::numeric_limits<Number>::has_infinity) {
            prompt.query = prompt.query + prompt.query;
        }
#else
        prompt.query = prompt.query + prompt.query;
#endif
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
