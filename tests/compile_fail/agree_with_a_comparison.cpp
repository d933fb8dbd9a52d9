// SPDX-License-Identifier: MIT
// A branch on a comparison: agree cannot follow rounding through it.
//
// expected: agree follows rounding through +, -, *, /, larger, smaller, where_below, abs, sqrt, exp and tanh
#include "incontext/incontext.hpp"
#include <boost/hana/define_struct.hpp>

using namespace incontext;

template <class Number>
struct Rectified {
    BOOST_HANA_DEFINE_STRUCT(Rectified, (Number, factor));

    template <class Other>
    using with_number = Rectified<Other>;

    template <TokenShape Shape>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number& first = prompt.query(0, 0);
#ifdef BROKEN
        first = first < Number(0) ? Number(0) : factor * first;
#else
        first = larger(factor * first, Number(0));
#endif
        return prompt;
    }
};

bool test(Rectified<float> const& layer, Prompt<TokenShape{3, 4}, float> const& prompt) {
    return static_cast<bool>(agree(layer, layer, prompt));
}
