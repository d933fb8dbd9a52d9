// SPDX-License-Identifier: MIT
// Eigen's members in a layer that is proved: exact matrices do not have them.
//
// expected: an operator is written with what every family of matrices has
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query.topRows(3) = prompt.query.topRows(3) + prompt.query.topRows(3);
#else
        auto const x = inputs<sizes>(prompt.query);
        prompt.query = above(x + x, targets<sizes>(prompt.query));
#endif
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
