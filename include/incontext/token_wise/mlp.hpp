// SPDX-License-Identifier: MIT
/// @file
/// Maps of tokens with weights: a linear map (an embedding), and a perceptron with one hidden layer.
///
///     Linear       W t                                 W [output_dim x input_dim]
///     MLP          W_2 f(W_1 t)                        W_1 [hidden x input_dim], W_2 [output_dim x hidden]
///     MLPWithBiases     W_2 f(W_1 t + b_1) + b_2
///
/// t stands for many tokens, as columns; biases are added to each. TokenWise<Linear<...>> is an embedding, and
/// Residual<TokenWise<MLP<...>>> (stack/parts.hpp) the feed-forward half of a transformer's block.
#pragma once

#include <utility>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/number/activation.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/dimensions.hpp"
#include "incontext/token_wise/map.hpp"

namespace incontext {

struct the_weights_of_a_linear_map;
struct the_first_weights_of_an_MLP;
struct the_second_weights_of_an_MLP;
/// Before training a bias is 0 (training/initialisation.hpp).
struct the_bias_of_an_MLP {
    static constexpr int initial_value = 0;
};

/// W t.
///
/// Exactness: that of a product. Cost: output_dim input_dim multiplications per token. Errors: sizes below 1 do not compile.
/// Test: tests/static/token_wise.cpp.
template <class Number, int InputDim, int OutputDim>
struct Linear {
    static_assert(every_dimension_must_be_positive<InputDim, OutputDim>::value,
                  "the sizes are listed in the first error");

    using Scalar = Number;
    static constexpr int input_dim = InputDim;
    static constexpr int output_dim = OutputDim;
    template <class Other>
    using with_number = Linear<Other, InputDim, OutputDim>;

    using Weights = Placed<the_weights_of_a_linear_map, Number, OutputDim, InputDim>;
    Weights weights;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"weights">, &Linear::weights> {};

    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto operator()(Tokens const& tokens) const {
        return product(weights, tokens);
    }

    template <class Given>
        requires(!AnyMatrix<Given>)
    constexpr auto operator()(Given const&) const {
        return a_map_of_tokens_is_given_a_matrix_of_tokens<Linear, Given>::value;
    }

    template <class Result>
    struct Kept {
        Result result;
    };
    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto keep(Tokens const& tokens) const {
        return Kept<decltype(product(weights, tokens))>{product(weights, tokens)};
    }

    /// W_ = c t^T,   t_ = W^T c.
    template <class Wanted, class AKept, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient>
    constexpr auto pull_back(Wanted, AKept const&, Tokens const& tokens, Cotangent const& cotangent,
                             Gradient& gradient) const {
        add_product_with_transpose(gradient.weights, cotangent, tokens);
        if constexpr (Wanted::prompt) {
            return product_of_transpose(weights, cotangent);
        }
    }
};

/// Adds a column [rows x 1] to every column, and the sum of columns to one. Exact but for the roundings of sums.
/// Test of both: tests/static/token_wise.cpp.
template <AnyMatrix M, AnyMatrix Column>
constexpr void add_to_every_column(M& matrix, Column const& column) {
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            matrix(row, col) += NumberOf<M>(column(row, 0));
        }
    }
}
/// column += the sum of the columns of a matrix: the derivative of a bias.
template <AnyMatrix Column, AnyMatrix M>
constexpr void add_sum_of_columns(Column& column, M const& matrix) {
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            column(row, 0) += matrix(row, col);
        }
    }
}

/// The hidden layer of an MLP, f(z) and f'(z) of every unit and token, and the result.
template <AnyMatrix Units, AnyMatrix Result>
struct KeptByMLP {
    Units units;
    Units slopes;
    Result result;
};

namespace mlp {

/// f(z), entry by entry.
template <class AnActivation, AnyMatrix Units>
[[nodiscard]] constexpr Units activated(Units const& z) {
    static_assert(an_activation_returns_its_value_and_derivative<AnActivation, NumberOf<Units>>::value,
                  "see the first error");
    return generate<NumberOf<Units>, rows_of<Units>, cols_of<Units>>(
        [&](int row, int col) { return AnActivation::at(z(row, col)).value; });
}

/// In place: z is replaced by f(z), and slopes become f'(z).
template <class AnActivation, AnyMatrix Units>
constexpr void activate(Units& z, Units& slopes) {
    static_assert(an_activation_returns_its_value_and_derivative<AnActivation, NumberOf<Units>>::value,
                  "see the first error");
    for (int col = 0; col < cols_of<Units>; ++col) {
        for (int row = 0; row < rows_of<Units>; ++row) {
            auto const at = AnActivation::at(z(row, col));
            z(row, col) = at.value;
            slopes(row, col) = at.derivative;
        }
    }
}

/// z_ = f'(z) * W_2^T c, entry by entry, and W_2_ += c u^T.
template <AnyMatrix Second, class Kept, AnyMatrix Cotangent, AnyMatrix SecondGradient>
[[nodiscard]] constexpr auto back_to_hidden(Second const& second, Kept const& kept, Cotangent const& cotangent,
                                            SecondGradient& gradient) {
    add_product_with_transpose(gradient, cotangent, kept.units);
    auto z_ = product_of_transpose(second, cotangent);
    for (int col = 0; col < cols_of<Cotangent>; ++col) {
        for (int row = 0; row < cols_of<Second>; ++row) {
            z_(row, col) *= kept.slopes(row, col);
        }
    }
    return z_;
}

/// z = W_1 t, and W_2 u; with the bias of a layer that has one.
template <class Layer, AnyMatrix Tokens>
[[nodiscard]] constexpr auto hidden_of(Layer const& layer, Tokens const& tokens) {
    auto z = product(layer.first, tokens);
    if constexpr (requires { layer.first_bias; }) {
        add_to_every_column(z, layer.first_bias);
    }
    return z;
}
template <class Layer, AnyMatrix Units>
[[nodiscard]] constexpr auto output_of(Layer const& layer, Units const& units) {
    auto result = product(layer.second, units);
    if constexpr (requires { layer.second_bias; }) {
        add_to_every_column(result, layer.second_bias);
    }
    return result;
}

/// The pass of an MLP, with or without biases.
template <class AnActivation, class Layer, AnyMatrix Tokens>
[[nodiscard]] constexpr auto keep(Layer const& layer, Tokens const& tokens) {
    using Units = decltype(hidden_of(layer, tokens));
    KeptByMLP<Units, decltype(output_of(layer, std::declval<Units>()))> kept;
    kept.units = hidden_of(layer, tokens);
    activate<AnActivation>(kept.units, kept.slopes);
    kept.result = output_of(layer, kept.units);
    return kept;
}

/// Its pullback.
///     backward: W_2_ = c u^T     z_ = f'(z) * W_2^T c     W_1_ = z_ t^T     t_ = W_1^T z_
///               b_2_ = sum of c, b_1_ = sum of z_ over tokens
template <class Wanted, class Layer, class Kept, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient>
constexpr auto pull_back(Layer const& layer, Kept const& kept, Tokens const& tokens, Cotangent const& cotangent,
                         Gradient& gradient) {
    auto const z_ = back_to_hidden(layer.second, kept, cotangent, gradient.second);
    if constexpr (requires { gradient.first_bias; }) {
        add_sum_of_columns(gradient.second_bias, cotangent);
        add_sum_of_columns(gradient.first_bias, z_);
    }
    add_product_with_transpose(gradient.first, z_, tokens);
    if constexpr (Wanted::prompt) {
        return product_of_transpose(layer.first, z_);
    }
}

}  // namespace mlp

/// W_2 f(W_1 t).
///
/// AnActivation: a type with f and f' (number/activation.hpp). Source: [vonOswald2023] app. A.6 and A.8; the paper's hidden
/// layers are 4 times as wide as a token. Exactness: that of two products and f. Cost: hidden (input_dim + output_dim)
/// multiplications and hidden times f per token. Errors: sizes below 1 do not compile. Test of both:
/// tests/static/token_wise.cpp (any f), tests/unit/token_wise.cpp (against sums over units in double).
template <class Number, int InputDim, int Hidden, int OutputDim, class AnActivation = GELU>
struct MLP {
    static_assert(every_dimension_must_be_positive<InputDim, Hidden, OutputDim>::value,
                  "the sizes are listed in the first error");

    using Scalar = Number;
    static constexpr int input_dim = InputDim;
    static constexpr int output_dim = OutputDim;
    template <class Other>
    using with_number = MLP<Other, InputDim, Hidden, OutputDim, AnActivation>;

    using First = Placed<the_first_weights_of_an_MLP, Number, Hidden, InputDim>;
    using Second = Placed<the_second_weights_of_an_MLP, Number, OutputDim, Hidden>;
    First first;
    Second second;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"first", "second">, &MLP::first, &MLP::second> {};

    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto operator()(Tokens const& tokens) const {
        return mlp::output_of(*this, mlp::activated<AnActivation>(mlp::hidden_of(*this, tokens)));
    }

    template <class Given>
        requires(!AnyMatrix<Given>)
    constexpr auto operator()(Given const&) const {
        return a_map_of_tokens_is_given_a_matrix_of_tokens<MLP, Given>::value;
    }

    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto keep(Tokens const& tokens) const {
        return mlp::keep<AnActivation>(*this, tokens);
    }

    template <class Wanted, class Kept, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient>
    constexpr auto pull_back(Wanted, Kept const& kept, Tokens const& tokens, Cotangent const& cotangent,
                             Gradient& gradient) const {
        return mlp::pull_back<Wanted>(*this, kept, tokens, cotangent, gradient);
    }
};

/// W_2 f(W_1 t + b_1) + b_2. As MLP.
template <class Number, int InputDim, int Hidden, int OutputDim, class AnActivation = GELU>
struct MLPWithBiases {
    static_assert(every_dimension_must_be_positive<InputDim, Hidden, OutputDim>::value,
                  "the sizes are listed in the first error");

    using Scalar = Number;
    static constexpr int input_dim = InputDim;
    static constexpr int output_dim = OutputDim;
    template <class Other>
    using with_number = MLPWithBiases<Other, InputDim, Hidden, OutputDim, AnActivation>;

    using First = Placed<the_first_weights_of_an_MLP, Number, Hidden, InputDim>;
    using FirstBias = Placed<the_bias_of_an_MLP, Number, Hidden, 1>;
    using Second = Placed<the_second_weights_of_an_MLP, Number, OutputDim, Hidden>;
    using SecondBias = Placed<the_bias_of_an_MLP, Number, OutputDim, 1>;
    First first;
    FirstBias first_bias;
    Second second;
    SecondBias second_bias;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"first", "first_bias", "second", "second_bias">,
                                &MLPWithBiases::first, &MLPWithBiases::first_bias, &MLPWithBiases::second,
                                &MLPWithBiases::second_bias> {};

    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto operator()(Tokens const& tokens) const {
        return mlp::output_of(*this, mlp::activated<AnActivation>(mlp::hidden_of(*this, tokens)));
    }

    template <class Given>
        requires(!AnyMatrix<Given>)
    constexpr auto operator()(Given const&) const {
        return a_map_of_tokens_is_given_a_matrix_of_tokens<MLPWithBiases, Given>::value;
    }

    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto keep(Tokens const& tokens) const {
        return mlp::keep<AnActivation>(*this, tokens);
    }

    template <class Wanted, class Kept, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient>
    constexpr auto pull_back(Wanted, Kept const& kept, Tokens const& tokens, Cotangent const& cotangent,
                             Gradient& gradient) const {
        return mlp::pull_back<Wanted>(*this, kept, tokens, cotangent, gradient);
    }
};

}  // namespace incontext
