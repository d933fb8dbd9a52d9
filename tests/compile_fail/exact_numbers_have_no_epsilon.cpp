// SPDX-License-Identifier: MIT
// An epsilon against a division by zero: the standard library's numeric_limits of an unknown class answers 0. As a parameter
// of the rule, the proof holds for every epsilon.
//
// expected: an exact number has no std::numeric_limits: no epsilon, infinity, min and max.
#include <limits>

#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

template <class Rate>
struct MyLayer {
    Rate epsilon;
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query = prompt.query / (Number(1) + std::numeric_limits<Number>::epsilon());
#else
        prompt.query = prompt.query / (Number(1) + epsilon);
#endif
        return prompt;
    }
};

constexpr auto layer = [](auto any) { return MyLayer<typename decltype(any)::Scalar>{any.scalar("eps")}; };
static_assert(identical<sizes>(layer, layer));
