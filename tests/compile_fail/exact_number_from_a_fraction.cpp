// SPDX-License-Identifier: MIT
// 0.5 in a layer that is proved: as an exact number it would be the integer 0.
//
// expected: an exact number is made from integers only: 0.5 would become 0
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

/// Adds half of each token to it.
struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query = prompt.query + Number(0.5) * prompt.query;
#else
        prompt.query = prompt.query + half * prompt.query;
#endif
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
