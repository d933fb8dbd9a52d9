// SPDX-License-Identifier: MIT
// Softmax in a proof: an exponential has no exact value. `agree` compares it, in floating point.
//
// expected: this family of numbers has +, -, *, / and no more
#include "incontext/theorem.hpp"
#include <cmath>

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        auto scores = product_of_transpose(prompt.context, prompt.query);
#ifdef BROKEN
        using std::exp;
        for (int i = 0; i < Shape.context; ++i) {
            scores(i, 0) = exp(scores(i, 0));
        }
#endif
        prompt.query = prompt.query + product(prompt.context, scores);
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
