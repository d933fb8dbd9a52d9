// SPDX-License-Identifier: MIT
// A parameter that is a matrix and one number more: the number is not drawn, and its derivative is asked by nobody.
//
// expected: this layer has members that its Hana struct does not list
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};

template <class Number, int Rows, int Cols>
struct MyWeights : Matrix<Number, Rows, Cols> {
    constexpr MyWeights() = default;
    constexpr MyWeights(Matrix<Number, Rows, Cols> const& weights) : Matrix<Number, Rows, Cols>(weights) {}
#ifdef BROKEN
    Number scale = Number(1);
#else
    static constexpr int scale = 1;
#endif
};

template <TokenShape Shape, class Number>
struct MyLayer {
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
    MyWeights<Number, Shape.token_dim, Shape.token_dim> W{};
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"W">, &MyLayer::W> {};

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        Matrix<N, Shape.token_dim, Shape.token_dim> const& weights = W;
        N const scale(W.scale);
        return {.context = scale * product(weights, prompt.context), .query = scale * product(weights, prompt.query)};
    }
};

static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<sizes.tokens(), Modular>>);
