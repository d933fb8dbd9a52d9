// SPDX-License-Identifier: MIT
// A comparison that takes more steps than compilers make for one constant.
//
// expected: this comparison cannot be made while compiling
// expected: A limit of constant evaluation means: too large for a static_assert; ask first_difference<sizes>(a, b)
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        constexpr int times = 600'000;
#else
        constexpr int times = 60;
#endif
        for (int i = 0; i < times; ++i) {
            prompt.query(0, 0) = prompt.query(0, 0) + Number(1);
        }
        return prompt;
    }
};

static_assert(identical<sizes>(MyLayer{}, MyLayer{}));
