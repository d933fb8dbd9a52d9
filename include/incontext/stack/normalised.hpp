// SPDX-License-Identifier: MIT
/// @file
/// A layer that sees normalised tokens and adds its update to the tokens as they were; and one that does not learn.
///
///     Normalised<Layer>      t <- t + (layer(n) - n),      n = LayerNorm(t)             "pre-norm"
///     Frozen<Layer>          layer(t), whose parameters have no derivative
///
/// A layer of this library adds its update to what it is given, so the update alone is layer(n) - n.
#pragma once

#include <concepts>

#include "incontext/matrix/set_zero.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"
#include "incontext/token_wise/layer_norm.hpp"
#include "incontext/token_wise/token_wise.hpp"

namespace incontext {

template <class Layer>
struct Frozen;

namespace pre_norm {

/// Test: tests/compile_fail/norm_of_an_unknown_dimension.cpp.
template <class Layer>
struct a_norm_needs_the_dimension_of_its_tokens {
    static_assert(never<Layer>,
                  "this layer does not say of what dimension its tokens are, so its norm must: "
                  "Normalised<Layer, LayerNorm<float, 8>>");
};

/// Test: tests/compile_fail/norm_of_a_map_without_residual.cpp, norm_of_a_frozen_map.cpp.
template <class Layer>
struct a_map_of_tokens_has_no_residual_of_its_own {
    static constexpr bool value = true;
};
template <class Map>
struct a_map_of_tokens_has_no_residual_of_its_own<TokenWise<Map>> {
    static_assert(
        never<Map>,
        "a layer behind a norm adds its update to its tokens, and a map of tokens adds nothing: t + (map(n) - n) "
        "is no layer of a transformer. Write Normalised<Residual<TokenWise<Map>>>");
    static constexpr bool value = true;
};
template <class Layer>
struct a_map_of_tokens_has_no_residual_of_its_own<Frozen<Layer>> : a_map_of_tokens_has_no_residual_of_its_own<Layer> {};

/// The token dimension of a layer, or of the layer or map in it.
template <class Layer>
consteval int token_dimension() {
    if constexpr (requires { Layer::shape.token_dim; }) {
        return Layer::shape.token_dim;
    } else if constexpr (requires { Layer::dimensions.tokens(); }) {
        return Layer::dimensions.tokens().token_dim;
    } else if constexpr (requires(Layer const& layer) { layer.layer; }) {
        return token_dimension<std::remove_cvref_t<decltype(std::declval<Layer const&>().layer)>>();
    } else if constexpr (requires(Layer const& layer) { int(std::remove_cvref_t<decltype(layer.map)>::input_dim); }) {
        return std::remove_cvref_t<decltype(std::declval<Layer const&>().map)>::input_dim;
    } else if constexpr (requires(Layer const& layer) { layer.template layer_at<0>(); }) {
        return token_dimension<std::remove_cvref_t<decltype(std::declval<Layer const&>().template layer_at<0>())>>();
    } else {
        static_cast<void>(a_norm_needs_the_dimension_of_its_tokens<Layer>{});
        return 1;
    }
}

template <class Layer>
struct NormOf {  // a class template for the sake of g++ 12, as TokenDim
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");
    using type = LayerNorm<typename Layer::Scalar, token_dimension<Layer>()>;
};

}  // namespace pre_norm

/// The layer behind a LayerNorm of its own, around which the residual goes.
///
/// Norm: a map of tokens, LayerNorm unless it is said. Source: [vonOswald2023] app. A.10 and its code. Exactness: a rounding of n
/// and one of t more than the layer's update has; n has entries of about 1. Cost: the layer's and the map's. Errors: a layer
/// for tokens of another dimension, one that changes it, and a map of tokens without a residual, also a frozen one, do not compile; a stack or a part
/// of such maps is not noticed. Test: tests/static/normalised.cpp.
template <class Layer, class Norm = typename pre_norm::NormOf<Layer>::type>
struct Normalised {
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");
    static_assert(pre_norm::a_map_of_tokens_has_no_residual_of_its_own<Layer>::value, "see the first error");

    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number =
        Normalised<typename Layer::template with_number<Other>, typename Norm::template with_number<Other>>;
    template <class Other>
    using with_layer = Normalised<Other, Norm>;

    using NormOfTokens = TokenWise<Norm>;
    [[no_unique_address]] Layer layer;
    NormOfTokens norm;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"layer", "norm">, &Normalised::layer, &Normalised::norm> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        static_assert(keeps_the_dimension_of_tokens<Layer, Given>, "see the first error");
        Prompt<Given, PromptNumber> const n = norm(prompt);
        return with_update<AllTokens>(prompt, n, layer(n));
    }

    /// t + (layer(n) - n), of what is asked.
    template <class Asked, class APrompt, class OfAnswer>
    [[nodiscard]] static constexpr OfAnswer with_update(APrompt const& prompt, APrompt const& n,
                                                        OfAnswer const& after) {
        return of_each_matrix(
            [](auto const& moved, auto const& from, auto const& token) { return token + (moved - from); }, after,
            Asked::of(n), Asked::of(prompt));
    }
};

/// The layer behind a LayerNorm that begins as one without scale and offset.
template <class Layer>
[[nodiscard]] constexpr Normalised<Layer> normalised_layer(Layer const& layer) {
    Normalised<Layer> result{.layer = layer, .norm = {}};
    for (int row = 0; row < pre_norm::token_dimension<Layer>(); ++row) {
        result.norm.map.scale(row, 0) = typename Layer::Scalar(1);
    }
    return result;
}

/// The passes of norm and layer, and the answer. Made in place.
template <class Asked, class Layer, class Norm, TokenShape Given, class Number>
struct PassOfNormalised {
    PassOf<AllTokens, TokenWise<Norm>, Prompt<Given, Number>> of_norm;
    PassOf<Asked, Layer, Prompt<Given, Number>> of_layer;
    Answer<Asked, Given, Number> result;

    constexpr PassOfNormalised(Normalised<Layer, Norm> const& update, Prompt<Given, Number> const& prompt)
        : of_norm(forward_pass<AllTokens>(update.norm, prompt)),
          of_layer(forward_pass<Asked>(update.layer, result_of(of_norm))),
          result(
              Normalised<Layer, Norm>::template with_update<Asked>(prompt, result_of(of_norm), result_of(of_layer))) {}
};

/// Whether a type is Normalised itself. What is derived from it has its own operator(), and not this pass.
template <class T>
inline constexpr bool is_normalised = false;
template <class Layer, class Norm>
inline constexpr bool is_normalised<Normalised<Layer, Norm>> = true;

/// What is asked of it: of the layer, on what the norm makes. Test: tests/unit/range.cpp.
template <class Asked, class Update, TokenShape Given, class Number>
    requires is_normalised<Update>
[[nodiscard]] constexpr auto answer(Asked, Update const& update, Prompt<Given, Number> const& prompt)
    -> Answer<Asked, Given, Number> {
    static_assert(keeps_the_dimension_of_tokens<decltype(Update::layer), Given>, "see the first error");
    Prompt<Given, Number> const n = update.norm(prompt);
    return Update::template with_update<Asked>(prompt, n, answer<Asked>(update.layer, n));
}

/// The pass: the norm's, and the layer's on what the norm makes.
template <class Asked, class Update, TokenShape Given, class Number>
    requires is_normalised<Update>
[[nodiscard]] constexpr auto forward_pass(Asked, Update const& update, Prompt<Given, Number> const& prompt)
    -> PassOfNormalised<Asked, decltype(Update::layer), decltype(Update::norm.map), Given, Number> {
    static_assert(keeps_the_dimension_of_tokens<decltype(Update::layer), Given>, "see the first error");
    return {update, prompt};
}

///     c -> the layer's pullback -> n_;     n_ - c -> the norm's pullback -> t_;     t_ + c
template <class Asked, class Wanted, class Update, class Layer, class Norm, TokenShape Given, class Number,
          class Gradient>
    requires is_normalised<Update>
constexpr auto pull_back(Asked, Wanted wanted, Update const& update, Prompt<Given, Number> const& prompt,
                         PassOfNormalised<Asked, Layer, Norm, Given, Number> const& pass,
                         Answer<Asked, Given, Number> const& cotangent, Gradient& gradient) {
    auto const& n = result_of(pass.of_norm);
    auto by_n = pull_back<Asked>(ParametersAndPrompt{}, update.layer, n, pass.of_layer, cotangent, gradient.layer);
    for_each_lifted<Asked>([](auto& of_n, auto const& c) { of_n -= c; }, by_n, cotangent);
    if constexpr (Wanted::prompt) {
        return [&] {  // whose local variable g++ makes in the place of the result, unlike one of a block
            auto by_prompt = pull_back<AllTokens>(wanted, update.norm, prompt, pass.of_norm, by_n, gradient.norm);
            for_each_lifted<Asked>([](auto& of_prompt, auto const& c) { of_prompt += c; }, by_prompt, cotangent);
            return by_prompt;
        }();
    } else {
        pull_back<AllTokens>(wanted, update.norm, prompt, pass.of_norm, by_n, gradient.norm);
    }
}

/// A layer that training leaves as it is: its parameters are saved and loaded like any, and their derivative is zero.
///
/// Adam leaves them out, weight decay included. Source: the control of [vonOswald2023] Fig. 4, of which only embedding
/// and MLP learn. Exactness, errors: the layer's. Cost: the layer's; its own derivatives are computed and dropped. Test:
/// tests/static/normalised.cpp.
template <class Layer>
struct Frozen {
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");
    static constexpr bool is_frozen = true;
    using Scalar = typename Layer::Scalar;
    template <TokenShape Given>
    static constexpr TokenShape shape_after = ShapeAfter<Layer, Given>::value;
    template <class Other>
    using with_number = Frozen<typename Layer::template with_number<Other>>;
    template <class Other>
    using with_layer = Frozen<Other>;

    [[no_unique_address]] Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &Frozen::layer> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr auto operator()(Prompt<Given, PromptNumber> const& prompt) const {
        return layer(prompt);
    }
};

/// The layer, which does not learn.
template <class Layer>
[[nodiscard]] constexpr Frozen<Layer> frozen(Layer const& layer) {
    return {.layer = layer};
}

/// Whether a type is Frozen itself. What is derived from it has its own operator(), and not this pass.
template <class T>
inline constexpr bool is_frozen_layer = false;
template <class Layer>
inline constexpr bool is_frozen_layer<Frozen<Layer>> = true;

/// What is asked of the layer that is frozen. Test: tests/unit/range.cpp.
template <class Asked, class Update, TokenShape Given, class Number>
    requires is_frozen_layer<Update>
[[nodiscard]] constexpr auto answer(Asked, Update const& update, Prompt<Given, Number> const& prompt)
    -> AnswerOf<Asked, Update, Given, Number> {
    return answer<Asked>(update.layer, prompt);
}

/// The pass of the layer that is frozen.
template <class Asked, class Update, TokenShape Given, class Number>
    requires is_frozen_layer<Update>
[[nodiscard]] constexpr auto forward_pass(Asked, Update const& update, Prompt<Given, Number> const& prompt) {
    return forward_pass<Asked>(update.layer, prompt);
}
/// The pullback of a frozen layer: the prompt's derivative, and none of its parameters.
template <class Asked, class Wanted, class Update, TokenShape Given, class Number, class Pass, class Gradient>
    requires is_frozen_layer<Update>
constexpr auto pull_back(Asked, Wanted wanted, Update const& update, Prompt<Given, Number> const& prompt,
                         Pass const& pass, AnswerOf<Asked, Update, Given, Number> const& cotangent, Gradient&) {
    if constexpr (Wanted::prompt) {
        GradientOf<decltype(Update::layer), Number> dropped;
        set_zero(dropped);
        return pull_back<Asked>(wanted, update.layer, prompt, pass, cotangent, dropped);
    }
}

}  // namespace incontext
