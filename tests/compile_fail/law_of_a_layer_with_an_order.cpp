// SPDX-License-Identifier: MIT
// A token clip whose derivative is asked for: dual numbers have no order, as the exact numbers in them.
//
// expected: this family of numbers has +, -, *, / and no more
// expected-clang: never<incontext::algebra::Dual<incontext::algebra::Modular>>
#include <algorithm>

#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};

template <TokenShape Shape, class Number>
struct MyLayer {
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
    Number rate{};
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &MyLayer::rate> {};

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
#ifdef BROKEN
        prompt.query(0, 0) = std::max(N(rate) * prompt.query(0, 0), N(0));
#else
        prompt.query(0, 0) = N(rate) * prompt.query(0, 0);
#endif
        return prompt;
    }
};

static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<sizes.tokens(), Modular>>);
