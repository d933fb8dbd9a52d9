// SPDX-License-Identifier: MIT
// An update that changes the prompt it is given: what it returns would be right, and the caller's prompt another one.
//
// expected: this comparison cannot be made while compiling
// expected-gcc: modifying a const object
// expected-clang: modification of object of const-qualified type
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

struct Nothing {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};

struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        Prompt<Shape, Number> const updated = prompt;
#ifdef BROKEN
        const_cast<Prompt<Shape, Number>&>(prompt).query = prompt.query + prompt.query;
#endif
        return updated;
    }
};

static_assert(identical<sizes>(Nothing{}, MyLayer{}));
