// SPDX-License-Identifier: MIT
/// @file
/// Layers upon layers: a stack of layers of their own, and one layer applied several times.
///
///     LayerStack      layer_K( ... layer_2(layer_1(prompt)))      layers of their own, possibly unlike
///     LoopedStack     layer( ... layer(layer(prompt)))            one layer, K times ("looped", weights shared)
///
/// A stack is a TokenUpdate itself, so stacks can be compared, trained and stacked like layers.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/define_struct.hpp>
#include <boost/hana/fold_left.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/front.hpp>
#include <boost/hana/tuple.hpp>

#include "incontext/token/prompt.hpp"

namespace incontext {

/// Layers of their own, the first one first.
///
/// Exactness, cost: the sum of the layers'. Errors: a layer that does not accept the prompt does not compile.
/// Test: tests/static/stack.cpp.
template <class First, class... Layers>
struct LayerStack {
    using Scalar = typename First::Scalar;
    static constexpr int depth = 1 + static_cast<int>(sizeof...(Layers));
    template <class Other>
    using with_number =
        LayerStack<typename First::template with_number<Other>, typename Layers::template with_number<Other>...>;

    using LayerTuple = boost::hana::tuple<First, Layers...>;
    BOOST_HANA_DEFINE_STRUCT(LayerStack, (LayerTuple, layers));

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        return boost::hana::fold_left(layers, prompt,
                                      [](Prompt<Given, PromptNumber> const& tokens, auto const& layer)
                                          -> Prompt<Given, PromptNumber> { return layer(tokens); });
    }

    /// Calls see(prompt) after every layer.
    template <TokenShape Given, class PromptNumber, class See>
    constexpr void for_each_depth(Prompt<Given, PromptNumber> prompt, See&& see) const {
        boost::hana::for_each(layers, [&](auto const& layer) {
            prompt = layer(prompt);
            see(prompt);
        });
    }
};

/// One layer, Depth times.
///
/// Exactness, cost: Depth times the layer's. Errors: a depth below 1 does not compile. Test: tests/static/stack.cpp.
template <class Layer, int Depth>
struct LoopedStack {
    static_assert(Depth >= 1, "a looped stack applies its layer at least once");

    using Scalar = typename Layer::Scalar;
    static constexpr int depth = Depth;
    template <class Other>
    using with_number = LoopedStack<typename Layer::template with_number<Other>, Depth>;

    BOOST_HANA_DEFINE_STRUCT(LoopedStack, (Layer, layer));

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> prompt) const {
        for (int k = 0; k < Depth; ++k) {
            prompt = layer(prompt);
        }
        return prompt;
    }

    /// Calls see(prompt) after every application.
    template <TokenShape Given, class PromptNumber, class See>
    constexpr void for_each_depth(Prompt<Given, PromptNumber> prompt, See&& see) const {
        for (int k = 0; k < Depth; ++k) {
            prompt = layer(prompt);
            see(prompt);
        }
    }
};

/// A LayerStack or a LoopedStack.
template <class T>
concept AnyStack = requires { T::depth; };

/// The stack of these layers.
template <class... Layers>
[[nodiscard]] constexpr LayerStack<Layers...> stacked(Layers const&... layers) {
    return {.layers = boost::hana::make_tuple(layers...)};
}

/// This layer, Depth times.
template <int Depth, class Layer>
[[nodiscard]] constexpr LoopedStack<Layer, Depth> looped(Layer const& layer) {
    return {.layer = layer};
}

/// The predictions after 1, 2, ..., depth layers.
template <class APrediction, int Depth>
struct Trace {
    APrediction after[Depth]{};  // after[k]: the prediction [output x query] of the first k + 1 layers
};

/// The prediction after every layer of a stack.
///
/// Exactness, cost: the stack's. Errors: the stack's. Test: tests/static/stack.cpp.
template <Dimensions Sizes, class Stack, class Number>
[[nodiscard]] constexpr auto trace(Stack const& stack, Prompt<Sizes.tokens(), Number> const& prompt)
    -> Trace<Matrix<Number, Sizes.output, Sizes.query>, Stack::depth> {
    Trace<Matrix<Number, Sizes.output, Sizes.query>, Stack::depth> predictions{};
    int depth = 0;
    stack.for_each_depth(prompt, [&](auto const& tokens) { predictions.after[depth++] = prediction<Sizes>(tokens); });
    return predictions;
}

}  // namespace incontext
