// SPDX-License-Identifier: MIT
// Two rates as an array, which the law does not know how to draw.
//
// expected: a parameter of this layer is neither a number of the layer
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};

template <TokenShape Shape, class Number>
struct MyLayer {
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
#ifdef BROKEN
    Number rates[2]{};
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rates">, &MyLayer::rates> {};
    constexpr Number rate(int i) const {
        return rates[i];
    }
#else
    Matrix<Number, 2, 1> rates{};
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rates">, &MyLayer::rates> {};
    constexpr Number rate(int i) const {
        return rates(i, 0);
    }
#endif

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return {.context = N(rate(0)) * prompt.context, .query = N(rate(1)) * prompt.query};
    }
};

static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<sizes.tokens(), Modular>>);
