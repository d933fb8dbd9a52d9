// SPDX-License-Identifier: MIT
// Eigen's way to make a matrix, in a layer that is proved.
//
// expected: an operator is written with what every family of matrices has
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query = prompt.query + Matrix<Number, Shape.token_dim, Shape.query>::Zero();
#else
        prompt.query = prompt.query + zero<Number, Shape.token_dim, Shape.query>();
#endif
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
