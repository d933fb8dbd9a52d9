// SPDX-License-Identifier: MIT
// A layer that does not say how it is made of other numbers: its derivative is taken of dual numbers.
//
// expected: a layer in a stack, a part or a training is a struct with the member types Scalar and with_number<Other>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};

template <TokenShape Shape, class Number>
struct MyLayer {
    using Scalar = Number;
#ifndef BROKEN
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
#endif
    Number rate{};
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &MyLayer::rate> {};

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return {.context = N(rate) * prompt.context, .query = N(rate) * prompt.query};
    }
};

static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<sizes.tokens(), Modular>>);
