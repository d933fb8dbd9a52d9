// SPDX-License-Identifier: MIT
/// @file
/// What a layer of a stack can be wrapped in: damping, a clip of the tokens, inputs that stay.
///
///     Damped            token <- token + lambda (layer(token) - token)
///     Clipped           token <- min(max(layer(token), -limit), limit)
///     OnlyTargetsMove   (x; y) <- (x; y of layer(x; y))
///
/// They are token updates made of token updates, so that a stack is composed and not configured:
/// looped<50>(only_targets_move<sizes>(damped(0.75f, layer))).
#pragma once

#include <boost/hana/define_struct.hpp>

#include "incontext/token/prompt.hpp"

namespace incontext {

/// token <- token + lambda (layer(token) - token).
///
/// Source: [vonOswald2023] Fig. 1 and 10. Exactness: three more roundings per entry. Cost: that of the layer.
/// Errors: the layer's. Test: tests/static/stack.cpp (a damped gradient step has the rate lambda eta).
template <class Layer>
struct Damped {
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Damped<typename Layer::template with_number<Other>>;

    BOOST_HANA_DEFINE_STRUCT(Damped,
        (Scalar, damping),
        (Layer, layer));

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        Prompt<Given, PromptNumber> const updated = layer(prompt);
        return {.context = prompt.context + damping * (updated.context - prompt.context),
                .query = prompt.query + damping * (updated.query - prompt.query)};
    }
};

/// The layer, damped.
template <class Layer>
[[nodiscard]] constexpr Damped<Layer> damped(typename Layer::Scalar const& damping, Layer const& layer) {
    return {.damping = damping, .layer = layer};
}

/// Only y moves: the x part of every token stays as it was.
///
/// Source: the reference's code for Fig. 1. Exactness: copies. Errors: the layer's. Test: tests/static/stack.cpp.
template <Dimensions Sizes, class Layer>
struct OnlyTargetsMove {
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = OnlyTargetsMove<Sizes, typename Layer::template with_number<Other>>;

    BOOST_HANA_DEFINE_STRUCT(OnlyTargetsMove, (Layer, layer));

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        Prompt<Given, PromptNumber> const updated = layer(prompt);
        return {.context = above(inputs<Sizes>(prompt.context), targets<Sizes>(updated.context)),
                .query = above(inputs<Sizes>(prompt.query), targets<Sizes>(updated.query))};
    }
};

/// The layer, of which only y moves.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr OnlyTargetsMove<Sizes, Layer> only_targets_move(Layer const& layer) {
    return {.layer = layer};
}

/// Every entry of every token cut at +-Limit.
///
/// Source: the reference's code, Limit = 10 for more than three layers. Exactness: exact. Errors: numbers without an
/// order (the exact and symbolic families) do not compile. Test: tests/unit/stack.cpp.
template <class Layer, int Limit = 10>
struct Clipped {
    static_assert(Limit > 0, "the limit of a token clip must be positive");

    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Clipped<typename Layer::template with_number<Other>, Limit>;

    BOOST_HANA_DEFINE_STRUCT(Clipped, (Layer, layer));

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        Prompt<Given, PromptNumber> const updated = layer(prompt);
        return {.context = cut(updated.context), .query = cut(updated.query)};
    }

    /// Every entry of a matrix cut at +-Limit.
    template <AnyMatrix Tokens>
    [[nodiscard]] static constexpr auto cut(Tokens const& tokens)
        -> Matrix<NumberOf<Tokens>, rows_of<Tokens>, cols_of<Tokens>> {
        using Number = NumberOf<Tokens>;
        return generate<Number, rows_of<Tokens>, cols_of<Tokens>>(
            [&](int row, int col) { return smaller(larger(tokens(row, col), Number(-Limit)), Number(Limit)); });
    }
};

/// The layer, its tokens cut at +-Limit.
template <int Limit = 10, class Layer>
[[nodiscard]] constexpr Clipped<Layer, Limit> clipped(Layer const& layer) {
    return {.layer = layer};
}

}  // namespace incontext
