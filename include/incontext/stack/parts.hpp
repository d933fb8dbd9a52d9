// SPDX-License-Identifier: MIT
/// @file
/// Parts: what a layer of a stack can be wrapped in. Damping, a clip of the tokens, inputs that stay, a residual.
///
///     Damped            token <- token + lambda (layer(token) - token)
///     Clipped           token <- min(max(layer(token), -limit), limit)
///     OnlyTargetsMove   (x; y) <- (x; y of layer(x; y))
///     Residual          token <- token + layer(token)
///
/// They are token updates made of token updates, so that a stack is composed and not configured:
/// looped<50>(only_targets_move<sizes>(damped(0.75f, layer))).
///
/// A part acts on each token by itself, once its layer has; so it says what it does to an answer, whatever was asked, and
/// everything else follows: running, answering, the pass and its pullback.
#pragma once

#include <concepts>

#include "incontext/number/number.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/support/wrong_calls.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// A part: the member `layer`, and what is done to its answer.
///
///     after_layer(asked, prompt, answer)                                  the answer of the part
///     back_to_layer(asked, prompt, answer, cotangent, gradient)           the cotangent of the layer's answer
///     back_past_layer(asked, cotangent)                                   the cotangent that does not go through the layer
///
/// `answer` is the layer's answer to what is asked of layer(prompt). back_to_layer adds the derivative with respect to the
/// part's own parameters to `gradient`; back_past_layer may be missing. Test: tests/static/backpropagation.cpp.
///
/// A part does not read the parameters of its layer: those of a merged layer are others (plan/fast_form.hpp). The law of
/// pullbacks asks that too.
template <class T>
concept Part = T::is_part && requires(T const& part) {
    typename T::template with_layer<decltype(part.layer)>;
};

/// Test: tests/compile_fail/part_without_back_to_layer.cpp.
template <class P>
struct a_part_says_what_it_does_to_an_answer {
    static_assert(never<P>,
                  "a part needs after_layer(asked, prompt, answer), which returns an answer, and to be trained "
                  "back_to_layer(asked, prompt, answer, cotangent, gradient), which returns a cotangent");
};

/// Whether with_layer of a kind's own layer is that kind; true of a kind without with_layer.
template <class Kind>
inline constexpr bool with_layer_keeps_the_kind = true;
template <class Kind>
    requires requires {
        typename Kind::template with_layer<decltype(Kind::layer)>;
    }
inline constexpr bool with_layer_keeps_the_kind<Kind> =
    std::same_as<typename Kind::template with_layer<decltype(Kind::layer)>, Kind>;

/// Test: tests/compile_fail/part_that_loses_its_factor.cpp.
template <class Kind>
struct with_layer_is_the_same_kind_around_another_layer {
    static_assert(
        with_layer_keeps_the_kind<Kind>,
        "with_layer<Other> of this kind is not the same kind around another layer: with_layer of its own layer "
        "is another type. Hand on every template argument: template <class Other> using with_layer = "
        "MyPart<Other, Factor>");
    static constexpr bool value = true;  // also where the assertion failed: more errors would not help
};

/// The pass of a part: its layer's, and its answer. Made in place.
template <class Asked, Part P, TokenShape Given, class Number>
struct PassOfPart {
    PassOf<Asked, decltype(P::layer), Prompt<Given, Number>> of_layer;
    Answer<Asked, Given, Number> result;

    constexpr PassOfPart(P const& part, Prompt<Given, Number> const& prompt)
        : of_layer(forward_pass<Asked>(part.layer, prompt)),
          result(part.after_layer(Asked{}, prompt, result_of(of_layer))) {}
};

/// What is asked of a part, its pass and its pullback. Exactness, cost: the layer's, and a few operations per entry.
template <class Asked, Part P, TokenShape Given, class Number>
[[nodiscard]] constexpr auto answer(Asked asked, P const& part, Prompt<Given, Number> const& prompt)
    -> Answer<Asked, Given, Number> {
    static_assert(with_layer_is_the_same_kind_around_another_layer<P>::value, "see the first error");
    static_assert(keeps_the_dimension_of_tokens<decltype(P::layer), Given>, "see the first error");
    if constexpr (!requires(Answer<Asked, Given, Number> const& of_layer) {
                      part.after_layer(asked, prompt, of_layer);
                  }) {
        static_cast<void>(a_part_says_what_it_does_to_an_answer<P>{});
    }
    return part.after_layer(asked, prompt, answer<Asked>(part.layer, prompt));
}

/// The pass: the layer's, and what the part does to its answer.
template <class Asked, Part P, TokenShape Given, class Number>
[[nodiscard]] constexpr auto forward_pass(Asked, P const& part, Prompt<Given, Number> const& prompt)
    -> PassOfPart<Asked, P, Given, Number> {
    static_assert(with_layer_is_the_same_kind_around_another_layer<P>::value, "see the first error");
    static_assert(keeps_the_dimension_of_tokens<decltype(P::layer), Given>, "see the first error");
    return {part, prompt};
}

/// The pullback: to the layer's answer, through the layer, and past it.
///
///     answer_ -> back_to_layer -> the layer's pullback -> prompt_  (+ back_past_layer(answer_), lifted to a prompt)
template <class Asked, class Wanted, Part P, TokenShape Given, class Number, class Gradient>
constexpr auto pull_back(Asked asked, Wanted wanted, P const& part, Prompt<Given, Number> const& prompt,
                         PassOfPart<Asked, P, Given, Number> const& pass, Answer<Asked, Given, Number> const& cotangent,
                         Gradient& gradient) {
    using OfAnswer = Answer<Asked, Given, Number>;
    if constexpr (!requires { OfAnswer(part.back_to_layer(asked, prompt, cotangent, cotangent, gradient)); }) {
        static_cast<void>(a_part_says_what_it_does_to_an_answer<P>{});
    }
    OfAnswer const of_layer = part.back_to_layer(asked, prompt, result_of(pass.of_layer), cotangent, gradient);
    if constexpr (Wanted::prompt && requires { part.back_past_layer(asked, cotangent); }) {
        return [&] {  // whose local variable g++ makes in the place of the result, unlike one of a block
            auto by_prompt = pull_back<Asked>(wanted, part.layer, prompt, pass.of_layer, of_layer, gradient.layer);
            for_each_lifted<Asked>([](auto& of_prompt, auto const& past) { of_prompt += past; }, by_prompt,
                                   OfAnswer(part.back_past_layer(asked, cotangent)));
            return by_prompt;
        }();
    } else {
        return pull_back<Asked>(wanted, part.layer, prompt, pass.of_layer, of_layer, gradient.layer);
    }
}

/// token <- token + lambda (layer(token) - token).
///
/// Source: [vonOswald2023] Fig. 1 and 10. Exactness: three more roundings per entry. Cost: that of the layer.
/// Errors: the layer's. Test: tests/static/stack.cpp (a damped gradient step has the rate lambda eta).
template <class Layer>
struct Damped {
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");
    static constexpr bool is_part = true;
    static constexpr bool is_affine_in_query = incontext::is_affine_in_query<Layer>;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Damped<typename Layer::template with_number<Other>>;
    template <class Other>
    using with_layer = Damped<Other>;

    Scalar damping = Scalar(0);
    [[no_unique_address]] Layer layer{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"damping", "layer">, &Damped::damping, &Damped::layer> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        static_assert(keeps_the_dimension_of_tokens<Layer, Given>, "see the first error");
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }

    template <class Asked, class APrompt, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer after_layer(Asked, APrompt const& prompt, OfAnswer const& answer) const {
        return of_each_matrix(
            [&](auto const& after, auto const& before) { return before + damping * (after - before); }, answer,
            Asked::of(prompt));
    }

    /// lambda_ = <cotangent, layer(token) - token>, and the layer sees lambda times the cotangent.
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    [[nodiscard]] constexpr OfAnswer back_to_layer(Asked, APrompt const& prompt, OfAnswer const& answer,
                                                   OfAnswer const& cotangent, Gradient& gradient) const {
        return of_each_matrix(
            [&](auto const& c, auto const& after, auto const& before) {
                gradient.damping += inner_product(c, after - before);
                return damping * c;
            },
            cotangent, answer, Asked::of(prompt));
    }
    template <class Asked, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer back_past_layer(Asked, OfAnswer const& cotangent) const {
        return of_each_matrix([&](auto const& c) { return c - damping * c; }, cotangent);
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
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");
    static_assert(shape_of_layers<GivenSizes<Sizes>, Layer>().input > 0, "see the first error");

    static constexpr bool is_part = true;
    static constexpr Dimensions dimensions = Sizes;
    static constexpr bool is_affine_in_query = incontext::is_affine_in_query<Layer>;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = OnlyTargetsMove<Sizes, typename Layer::template with_number<Other>>;
    template <class Other>
    using with_layer = OnlyTargetsMove<Sizes, Other>;

    [[no_unique_address]] Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &OnlyTargetsMove::layer> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        static_assert(keeps_the_dimension_of_tokens<Layer, Given>, "see the first error");
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }

    template <class Asked, class APrompt, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer after_layer(Asked, APrompt const& prompt, OfAnswer const& answer) const {
        require_tokens_of<Sizes, APrompt::shape>();
        return of_each_matrix([](auto const& after, auto const& before) { return x_above_y(before, after); }, answer,
                              Asked::of(prompt));
    }

    /// The y part of the cotangent goes through the layer, the x part past it.
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    [[nodiscard]] constexpr OfAnswer back_to_layer(Asked, APrompt const&, OfAnswer const&, OfAnswer const& cotangent,
                                                   Gradient&) const {
        return of_each_matrix([](auto const& c) { return x_above_y(zero_like(c), c); }, cotangent);
    }
    template <class Asked, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer back_past_layer(Asked, OfAnswer const& cotangent) const {
        return of_each_matrix([](auto const& c) { return x_above_y(c, zero_like(c)); }, cotangent);
    }

  private:
    /// The inputs of one matrix of tokens above the targets of another. An answer of targets alone has no inputs.
    template <AnyMatrix Tokens>
    static constexpr auto x_above_y(Tokens const& of_x, Tokens const& of_y) {
        if constexpr (rows_of<Tokens> == Sizes.output) {
            return of_y;
        } else {
            return above(inputs<Sizes>(of_x), targets<Sizes>(of_y));
        }
    }
    template <AnyMatrix Tokens>
    static constexpr auto zero_like(Tokens const&) {
        return Tokens(zero<NumberOf<Tokens>, rows_of<Tokens>, cols_of<Tokens>>());
    }
};

/// The layer, of which only y moves.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr OnlyTargetsMove<Sizes, Layer> only_targets_move(Layer const& layer) {
    return {.layer = layer};
}

/// token <- token + layer(token): the residual of a map that has none of its own, such as an MLP.
///
/// Attention layers add their update to the token already. Exactness: one more rounding per entry. Errors: a layer that makes
/// other tokens than it is given does not compile. Test: tests/static/token_wise.cpp.
template <class Layer>
struct Residual {
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");
    static constexpr bool is_part = true;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Residual<typename Layer::template with_number<Other>>;
    template <class Other>
    using with_layer = Residual<Other>;

    [[no_unique_address]] Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &Residual::layer> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        static_assert(keeps_the_dimension_of_tokens<Layer, Given>, "see the first error");
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }

    template <class Asked, class APrompt, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer after_layer(Asked, APrompt const& prompt, OfAnswer const& answer) const {
        return of_each_matrix([](auto const& after, auto const& before) { return before + after; }, answer,
                              Asked::of(prompt));
    }

    /// The cotangent goes through the layer and past it.
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    [[nodiscard]] constexpr OfAnswer const& back_to_layer(Asked, APrompt const&, OfAnswer const&,
                                                          OfAnswer const& cotangent, Gradient&) const {
        return cotangent;
    }
    template <class Asked, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer const& back_past_layer(Asked, OfAnswer const& cotangent) const {
        return cotangent;
    }
};

/// The layer with its residual.
template <class Layer>
[[nodiscard]] constexpr Residual<Layer> residual(Layer const& layer) {
    return {.layer = layer};
}

/// Every entry of every token clipped at +-Limit.
///
/// Source: the reference's code, Limit = 10 for more than three layers. Exactness: exact. Errors: numbers without an
/// order (the exact and symbolic families) do not compile. Test: tests/unit/stack.cpp (its pullback against central
/// differences, clipped entries included).
template <class Layer, int Limit = 10>
struct Clipped {
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");
    static_assert(Limit > 0, "the limit of a token clip must be positive");

    static constexpr bool is_part = true;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Clipped<typename Layer::template with_number<Other>, Limit>;
    template <class Other>
    using with_layer = Clipped<Other, Limit>;

    [[no_unique_address]] Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &Clipped::layer> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        static_assert(keeps_the_dimension_of_tokens<Layer, Given>, "see the first error");
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }

    template <class Asked, class APrompt, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer after_layer(Asked, APrompt const&, OfAnswer const& answer) const {
        return of_each_matrix(
            []<AnyMatrix M>(M const& tokens) {
                using Number = NumberOf<M>;
                return generate<Number, rows_of<M>, cols_of<M>>(
                    [&](int row, int col) { return smaller(larger(tokens(row, col), Number(-Limit)), Number(Limit)); });
            },
            answer);
    }

    /// The cotangent of entries strictly inside the limits passes, that of the others is stopped.
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    [[nodiscard]] constexpr OfAnswer back_to_layer(Asked, APrompt const&, OfAnswer const& answer,
                                                   OfAnswer const& cotangent, Gradient&) const {
        return of_each_matrix(
            []<AnyMatrix M>(M const& tokens, M const& c) {
                using Number = NumberOf<M>;
                return generate<Number, rows_of<M>, cols_of<M>>(
                    [&](int row, int col) { return where_below(tokens(row, col), Number(Limit), c(row, col)); });
            },
            answer, cotangent);
    }
};

/// The layer, its tokens clipped at +-Limit.
template <int Limit = 10, class Layer>
[[nodiscard]] constexpr Clipped<Layer, Limit> clipped(Layer const& layer) {
    return {.layer = layer};
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

/// Whether these are a number and a layer of such numbers.
template <class... Arguments>
inline constexpr bool are_a_factor_and_a_layer = false;
template <class Number, class Layer>
    requires requires {
        typename Layer::Scalar;
    }
inline constexpr bool are_a_factor_and_a_layer<Number, Layer> =
    std::convertible_to<Number const&, typename Layer::Scalar>;

// A factor, a limit or sizes that are left out or stand elsewhere: one sentence.
template <auto... Values, class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && (sizeof...(Values) > 0 || !are_a_factor_and_a_layer<Arguments...>))
constexpr auto damped(Arguments const&...) {
    return a_layer_is_built_around_others_so<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto clipped(Arguments const&...) {
    return a_layer_is_built_around_others_so<Arguments...>();
}
template <class Type, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto clipped(Arguments const&...) {
    return a_layer_is_built_around_others_so<Type, Arguments...>();
}
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto only_targets_move(Arguments const&...) {
    return a_layer_is_built_around_others_so<Arguments...>();
}

}  // namespace incontext
