// SPDX-License-Identifier: MIT
// A layer that does something else in contexts above eight tokens. In symbols every size is 1; the comparison by numbers,
// at contexts of 9 and more, finds it.
//
// expected: the two token updates differ: read this message's Difference{token, row, expected {numerator, denominator}
#include "incontext/theorem.hpp"

using namespace incontext;

struct Nothing {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};
struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        if constexpr (Shape.context > 8) {
            prompt.query = prompt.query + prompt.query;
        }
#endif
        return prompt;
    }
};

static_assert(identical_for_all_sizes(Nothing{}, MyLayer{}));
