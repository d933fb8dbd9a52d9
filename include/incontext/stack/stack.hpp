// SPDX-License-Identifier: MIT
/// @file
/// Layers upon layers: a stack of untied layers, and one layer applied several times.
///
///     LayerStack      layer_K( ... layer_2(layer_1(prompt)))      untied layers, possibly unlike
///     LoopedStack     layer( ... layer(layer(prompt)))            one layer, K times ("looped", weights shared)
///
/// A stack is a TokenUpdate itself, so stacks can be compared, trained and stacked like layers. Of its layers only the last
/// one is asked for what is asked of the stack; the others are asked for all tokens.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/fold_left.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>
#include <concepts>
#include <type_traits>
#include <utility>

#include "incontext/attention/gram_prompt.hpp"
#include "incontext/attention/two_layers.hpp"
#include "incontext/pass/operations.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/support/wrong_calls.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

namespace stack {

/// The shape of tokens after layers, one after the other.
template <TokenShape Given, class... Layers>
inline constexpr TokenShape shape_after_layers = Given;
template <TokenShape Given, class First, class... Layers>
inline constexpr TokenShape shape_after_layers<Given, First, Layers...> =
    shape_after_layers<incontext::shape_after<First, Given>, Layers...>;

}  // namespace stack

/// Untied layers, the first one first. Each is given the tokens that the one before has made.
///
/// Exactness, cost: the sum of the layers'. Errors: a layer that does not accept the prompt does not compile.
/// Test: tests/static/stack.cpp.
template <class First, class... Layers>
struct LayerStack {
    static_assert((a_layer_says_its_numbers<First>::value && ... && a_layer_says_its_numbers<Layers>::value),
                  "see the first error");
    using Scalar = typename First::Scalar;
    static constexpr TokenShape known_shape = shape_of_layers<First, Layers...>();
    template <TokenShape Given>
    static constexpr TokenShape shape_after = stack::shape_after_layers<Given, First, Layers...>;
    static_assert(known_shape.token_dim >= 0, "see the first error");
    static constexpr int depth = 1 + static_cast<int>(sizeof...(Layers));
    static constexpr bool is_affine_in_query =
        incontext::is_affine_in_query<First> && (incontext::is_affine_in_query<Layers> && ...);
    template <class Other>
    using with_number =
        LayerStack<typename First::template with_number<Other>, typename Layers::template with_number<Other>...>;

    using LayerTuple = boost::hana::tuple<First, Layers...>;
    LayerTuple layers;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layers">, &LayerStack::layers> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr auto operator()(Prompt<Given, PromptNumber> const& prompt) const
        -> PromptAfter<LayerStack, Prompt<Given, PromptNumber>> {
        return boost::hana::fold_left(
            layers, prompt,
            []<class Tokens, class Layer>(Tokens const& tokens, Layer const& layer) -> PromptAfter<Layer, Tokens> {
                return layer(tokens);
            });
    }

    /// A matrix of tokens is no prompt: one sentence.
    template <AnyMatrix Tokens>
    constexpr auto operator()(Tokens const&) const {
        return an_update_is_asked_with_a_prompt<LayerStack, Tokens>();
    }

    /// Layer number Index, from 0.
    template <int Index>
    [[nodiscard]] constexpr auto const& layer_at() const {
        return boost::hana::at_c<Index>(layers);
    }
    /// Layer number Index, from 0, to be changed.
    template <int Index>
    [[nodiscard]] constexpr auto& layer_at() {
        return boost::hana::at_c<Index>(layers);
    }

    /// Calls see(prompt) after every layer.
    template <TokenShape Given, class PromptNumber, class See>
    constexpr void for_each_depth(Prompt<Given, PromptNumber> const& prompt, See&& see) const {
        see_from<0>(prompt, see);
    }

  private:
    template <int Index, class Tokens, class See>
    constexpr void see_from(Tokens const& tokens, See& see) const {
        if constexpr (Index < depth) {
            auto const after = layer_at<Index>()(tokens);
            see(after);
            see_from<Index + 1>(after, see);
        }
    }
};

namespace stack {

/// Test: tests/compile_fail/untied_stack_of_no_layers.cpp.
template <int Depth>
struct a_stack_has_at_least_one_layer {
    static_assert(Depth >= 1, "a stack holds at least one layer: UntiedStack<Layer, depth>, stacked(layer, ...)");
    static constexpr int depth = Depth;
};

template <class Layer, class Indices>
struct OfLikeLayers;
template <class Layer, int... Index>
struct OfLikeLayers<Layer, std::integer_sequence<int, Index...>> {
    template <int>
    using Each = Layer;
    using type = LayerStack<Each<Index>...>;
};

}  // namespace stack

/// The stack of Depth untied layers of one type.
template <class Layer, int Depth>
using UntiedStack = typename stack::OfLikeLayers<
    Layer, std::make_integer_sequence<int, stack::a_stack_has_at_least_one_layer<Depth>::depth>>::type;

/// One layer, Depth times.
///
/// Exactness, cost: Depth times the layer's. Errors: a depth below 1 does not compile. Test: tests/static/stack.cpp.
template <class Layer, int Depth>
struct LoopedStack {
    static_assert(Depth >= 1, "a looped stack applies its layer at least once");
    static_assert(a_layer_says_its_numbers<Layer>::value, "see the first error");

    using Scalar = typename Layer::Scalar;
    static constexpr int depth = Depth;
    static constexpr bool is_affine_in_query = incontext::is_affine_in_query<Layer>;
    template <class Other>
    using with_number = LoopedStack<typename Layer::template with_number<Other>, Depth>;
    template <class Other>
    using with_layer = LoopedStack<Other, Depth>;

    [[no_unique_address]] Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &LoopedStack::layer> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> prompt) const {
        static_assert(keeps_the_dimension_of_tokens<Layer, Given>, "see the first error");
        for (int k = 0; k < Depth; ++k) {
            prompt = layer(prompt);
        }
        return prompt;
    }

    /// A matrix of tokens is no prompt: one sentence.
    template <AnyMatrix Tokens>
    constexpr auto operator()(Tokens const&) const {
        return an_update_is_asked_with_a_prompt<LoopedStack, Tokens>();
    }

    /// Layer number Index, from 0: always the same.
    template <int Index>
    [[nodiscard]] constexpr Layer const& layer_at() const {
        return layer;
    }
    /// The layer, to be changed: all of them.
    template <int Index>
    [[nodiscard]] constexpr Layer& layer_at() {
        return layer;
    }

    /// Calls see(prompt) after every application.
    template <TokenShape Given, class PromptNumber, class See>
    constexpr void for_each_depth(Prompt<Given, PromptNumber> prompt, See&& see) const {
        static_assert(keeps_the_dimension_of_tokens<Layer, Given>, "see the first error");
        for (int k = 0; k < Depth; ++k) {
            prompt = layer(prompt);
            see(prompt);
        }
    }
};

/// A LayerStack or a LoopedStack.
template <class T>
inline constexpr bool is_stack = false;
template <class... Layers>
inline constexpr bool is_stack<LayerStack<Layers...>> = true;
template <class Layer, int Depth>
inline constexpr bool is_stack<LoopedStack<Layer, Depth>> = true;
template <class T>
concept AnyStack = is_stack<std::remove_const_t<T>>;

/// Test: tests/compile_fail/trace_of_one_layer.cpp, losses_by_depth_of_a_part.cpp.
template <class Stack>
struct only_a_stack_is_asked_after_each_layer {
    static_assert(AnyStack<Stack>,
                  "a trace and losses by depth ask for the prediction after each layer of a LayerStack or LoopedStack: "
                  "of one layer, make looped<1>(layer); a part, such as Damped, goes around each layer");
    static constexpr int depth = Stack::depth;
};

/// A stack of linear layers alone: it can be run by the gram matrix of its context.
template <class T>
inline constexpr bool is_linear_stack = false;
template <LinearLayer... Layers>
inline constexpr bool is_linear_stack<LayerStack<Layers...>> = true;
template <LinearLayer Layer, int Depth>
inline constexpr bool is_linear_stack<LoopedStack<Layer, Depth>> = true;
template <class T>
concept LinearStack = is_linear_stack<std::remove_const_t<T>>;

/// The stack of these layers.
template <class... Layers>
[[nodiscard]] constexpr LayerStack<Layers...> stacked(Layers const&... layers) {
    return {.layers = boost::hana::make_tuple(layers...)};
}
/// No layers make no stack: one sentence.
template <class Nothing = void>
constexpr auto stacked() {
    return stack::a_stack_has_at_least_one_layer < std::is_void_v<Nothing> ? 0 : 1 > ::depth;
}

/// This layer, Depth times.
template <int Depth, class Layer>
[[nodiscard]] constexpr LoopedStack<Layer, Depth> looped(Layer const& layer) {
    return {.layer = layer};
}

// ----------------------------------------------------------------------------------------- what is asked of a stack ----

/// What is asked of a stack, token by token: all tokens through every layer but the last, which answers.
///
/// Exactness: identical to the stack in exact arithmetic. Cost: depth - 1 layers, and the answer of the last.
/// Test: tests/static/plan.cpp.
template <class Asked, int First = 0, AnyStack Stack, TokenShape Given, class Number>
[[nodiscard]] constexpr auto answer_by_tokens(Stack const& stack, Prompt<Given, Number> const& prompt) {
    if constexpr (requires { stack.layer; }) {
        Prompt<Given, Number> before_last = prompt;
        for (int k = 1; k < Stack::depth; ++k) {
            before_last = stack.layer(before_last);
        }
        return answer<Asked>(stack.layer, before_last);
    } else if constexpr (First + 1 == Stack::depth) {
        return answer<Asked>(stack.template layer_at<First>(), prompt);
    } else {
        auto const after = stack.template layer_at<First>()(prompt);
        return answer_by_tokens<Asked, First + 1>(stack, after);
    }
}

namespace plans {

template <class Asked>
inline constexpr auto answering_by_tokens =
    [](auto const& stack, auto const& prompt) { return answer_by_tokens<Asked>(stack, prompt); };

}  // namespace plans

/// What is asked of the query tokens of a stack of linear layers, by the gram matrix of the context.
///
/// Exactness: identical to the stack in exact arithmetic. Cost: from the gram matrix on, the same for every context length.
/// Errors: layers that are not linear, and a prompt that a layer would not accept, do not compile. Test: tests/static/stack.cpp.
template <class Asked, int First = 0, LinearStack Stack, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto answer_by_gram(Stack const& stack, GramPrompt<Shape, Number> const& prompt)
    -> Answer<Asked, Shape, Number> {
    if constexpr (requires { stack.layer; }) {
        GramPrompt<Shape, Number> before_last = prompt;
        for (int k = 1; k < Stack::depth; ++k) {
            before_last = updated(stack.layer, before_last);
        }
        return answer<Asked>(stack.layer, before_last);
    } else if constexpr (First + 1 == Stack::depth) {
        return answer<Asked>(stack.template layer_at<First>(), prompt);
    } else {
        return answer_by_gram<Asked, First + 1>(stack, updated(stack.template layer_at<First>(), prompt));
    }
}
/// The same, of a prompt whose gram matrix is not made yet.
template <class Asked, LinearStack Stack, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto answer_by_gram(Stack const& stack, Prompt<Shape, Number> const& prompt)
    -> Answer<Asked, Shape, Number> {
    static_cast<void>(Asked::template rows<Shape>);  // not of all tokens
    [&]<int... Index>(std::integer_sequence<int, Index...>) {
        (require_fitting_prompt<std::remove_cvref_t<decltype(stack.template layer_at<Index>())>::shape,
                                typename std::remove_cvref_t<decltype(stack.template layer_at<Index>())>::Scalar, Shape,
                                Number>(),
         ...);
    }
    (std::make_integer_sequence<int, Stack::depth>{});
    Answer<Asked, Shape, Number> result = answer_by_gram<Asked>(stack, GramPrompt<Shape, Number>(prompt));
    fall_back_on(plans::answering_by_tokens<Asked>, stack, prompt, result, result);
    return result;
}

/// Whether a stack answers with fewer multiplications by the gram matrix: the longer the context and the deeper the stack.
/// Test: tests/unit/operations.cpp.
template <class Asked, class Stack, TokenShape Given>
inline constexpr bool gram_pays_for_stack = false;
template <class Asked, LinearStack Stack, TokenShape Given>
inline constexpr bool gram_pays_for_stack<Asked, Stack, Given> =
    multiplications<Stack, Given>(plans::answering_by_gram<Asked>) < multiplications<Stack, Given>(
                                                                         plans::answering_by_tokens<Asked>);

/// What is asked of a stack: whichever of the two takes fewer multiplications.
template <class Asked, AnyStack Stack, TokenShape Given, class Number>
[[nodiscard]] constexpr auto answer(Asked, Stack const& stack, Prompt<Given, Number> const& prompt)
    -> AnswerOf<Asked, Stack, Given, Number> {
    if constexpr (gram_pays_for_stack<Asked, typename Stack::template with_number<Counted>, Given>) {
        return answer_by_gram<Asked>(stack, prompt);
    } else {
        return answer_by_tokens<Asked>(stack, prompt);
    }
}

// -------------------------------------------------------------------------------------------- the pass of a stack ----

/// Whether the last two layers of a stack answer with fewer multiplications if the context between them is not made: where
/// query tokens and heads are few. The upper layer costs the same on both ways. Test: tests/unit/operations.cpp.
template <class Asked, class Lower, class Upper, TokenShape Given>
inline constexpr bool last_two_pay = false;
template <class Asked, TransposableLayer Lower, LinearLayer Upper, TokenShape Given>
    requires(!std::same_as<Asked, AllTokens>)
inline constexpr bool last_two_pay<Asked, Lower, Upper, Given> =
    times_through_lower<Upper> *
        multiplications<typename Lower::template with_number<Counted>, Given>(plans::answering_by_scores<QueryTokens>) <
    multiplications<typename Lower::template with_number<Counted>, Given>(plans::by_fast_weights);

/// The type of layer number Index.
template <class Stack, int Index>
using LayerAt = std::remove_cvref_t<decltype(std::declval<Stack const&>().template layer_at<Index>())>;

/// The passes of layers First, First + 1, ...: each layer is given the result of the one before. Made in place, in the
/// memory of the call: .03 MB per layer of lanes at the paper's sizes.
template <class Asked, class Stack, int First, class APrompt>
struct PassOfStack {
    using Layer = LayerAt<Stack, First>;
    PassOf<AllTokens, Layer, APrompt> of_layer;
    PassOfStack<Asked, Stack, First + 1, PromptAfter<Layer, APrompt>> of_rest;

    /// The pass of the last layer.
    [[nodiscard]] constexpr auto const& last() const { return of_rest.last(); }

    constexpr PassOfStack(Stack const& stack, APrompt const& prompt)
        : of_layer(forward_pass<AllTokens>(stack.template layer_at<First>(), prompt)),
          of_rest(stack, result_of(of_layer)) {}
};
template <class Asked, class Stack, int First, class APrompt>
    requires(First + 1 == Stack::depth)
struct PassOfStack<Asked, Stack, First, APrompt> {
    using Layer = LayerAt<Stack, First>;
    PassOf<Asked, Layer, APrompt> of_layer;

    /// The pass of the last layer.
    [[nodiscard]] constexpr auto const& last() const { return of_layer; }

    constexpr PassOfStack(Stack const& stack, APrompt const& prompt)
        : of_layer(forward_pass<Asked>(stack.template layer_at<First>(), prompt)) {}
};

/// The last two layers at once, where that pays.
template <class Asked, class Stack, int First, TokenShape Given, class Number>
    requires(First + 2 == Stack::depth && last_two_pay<Asked, LayerAt<Stack, First>, LayerAt<Stack, First + 1>, Given>)
struct PassOfStack<Asked, Stack, First, Prompt<Given, Number>> {
    PassOfTwoLayers<Asked, LayerAt<Stack, First>, LayerAt<Stack, First + 1>, Given, Number> of_both;

    /// The pass of the last layer.
    [[nodiscard]] constexpr auto const& last() const { return of_both; }

    constexpr PassOfStack(Stack const& stack, Prompt<Given, Number> const& prompt)
        : of_both(forward_pass_of_two<Asked>(stack.template layer_at<First>(), stack.template layer_at<First + 1>(),
                                             prompt)) {}
};

/// The pass of a stack: those of its layers, each on the tokens of the one before.
template <class Asked, AnyStack Stack, TokenShape Given, class Number>
[[nodiscard]] constexpr auto forward_pass(Asked, Stack const& stack, Prompt<Given, Number> const& prompt)
    -> PassOfStack<Asked, Stack, 0, Prompt<Given, Number>> {
    return {stack, prompt};
}

/// The last layer first. All applications of a looped layer add to the same gradient.
template <class Asked, class Wanted, AnyStack Stack, TokenShape Given, class Number, int First, class Cotangent,
          class Gradient>
constexpr auto pull_back(Asked asked, Wanted wanted, Stack const& stack, Prompt<Given, Number> const& prompt,
                         PassOfStack<Asked, Stack, First, Prompt<Given, Number>> const& pass,
                         Cotangent const& cotangent, Gradient& gradient) {
    auto const& layer = stack.template layer_at<First>();
    auto& layer_gradient = gradient.template layer_at<First>();
    if constexpr (First + 1 == Stack::depth) {
        return pull_back<Asked>(wanted, layer, prompt, pass.of_layer, cotangent, layer_gradient);
    } else if constexpr (requires { pass.of_both; }) {
        return pull_back_two<Asked>(wanted, layer, stack.template layer_at<First + 1>(), prompt, pass.of_both,
                                    cotangent, layer_gradient, gradient.template layer_at<First + 1>());
    } else {
        auto const of_layer =
            pull_back(asked, ParametersAndPrompt{}, stack, result_of(pass.of_layer), pass.of_rest, cotangent, gradient);
        return pull_back<AllTokens>(wanted, layer, prompt, pass.of_layer, of_layer, layer_gradient);
    }
}

struct the_prediction_after_a_layer;

/// The predictions after 1, 2, ..., depth layers.
template <class APrediction, int Depth>
struct Trace {
    using Each =
        Placed<the_prediction_after_a_layer, NumberOf<APrediction>, rows_of<APrediction>, cols_of<APrediction>>;
    Each after[Depth]{};  // after[k]: the prediction [output x query] of the first k + 1 layers
};

/// The prediction after every layer of a stack.
///
/// Exactness, cost: the stack's. Errors: the stack's; a single layer, and a stack whose tokens become wider or narrower, do not
/// compile. Test: tests/static/stack.cpp.
template <Dimensions Sizes, class Stack, TokenShape Given, class Number>
[[nodiscard]] constexpr auto trace(Stack const& stack, Prompt<Given, Number> const& prompt)
    -> Trace<Matrix<Number, Sizes.output, Given.query>, only_a_stack_is_asked_after_each_layer<Stack>::depth> {
    require_tokens_of<Sizes, Given>();
    Trace<Matrix<Number, Sizes.output, Given.query>, Stack::depth> predictions{};
    int depth = 0;
    stack.for_each_depth(prompt, [&](auto const& tokens) { predictions.after[depth++] = prediction<Sizes>(tokens); });
    return predictions;
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

/// A prompt before its stack, or without sizes: one sentence.
template <auto... Values, class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && !(DerivesFromPrompt<Arguments> || ...))
constexpr auto trace(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}

// Without a depth, or one that is an argument: one sentence.
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto looped(Arguments const&...) {
    return a_layer_is_built_around_others_so<Arguments...>();
}
template <class Type, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto looped(Arguments const&...) {
    return a_layer_is_built_around_others_so<Type, Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto stacked(Arguments const&...) {
    return a_layer_is_built_around_others_so<Arguments...>();
}

}  // namespace incontext
