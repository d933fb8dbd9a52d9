// SPDX-License-Identifier: MIT
/// @file
/// Backpropagation through stacks, and through the parts that their layers are wrapped in.
///
/// For an update u there are two pullbacks:
///
///     pull_back(u, prompt, cotangent, gradient)                the loss depends on all tokens of u(prompt)
///     pull_back_readout(u, prompt, query_cotangent, gradient)  on its query tokens only: the last layer of a model
///
/// Both add the derivative by u's parameters to `gradient` and return the derivative by the prompt. The read-out of a
/// last layer costs a fraction of a full layer: no product of token dimension cubed remains.
#pragma once

#include <type_traits>

#include "incontext/plan/stack_readout.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/training/backpropagation.hpp"
#include "incontext/training/merged_backpropagation.hpp"

namespace incontext {

/// The derivative of an update's parameters, in the numbers of the prompt.
template <class Update, class Number>
using GradientOf = typename Update::template with_number<Number>;

// ---------------------------------------------------------------------------------------- the read-out of a last layer

/// The pullback of the query-only read-out of one head, by the projections and by the prompt.
///
/// With u = W_Q q, k = W_K^T u, b = W_V^T P^T c:   C_ = b (C^T k)^T + k (C^T b)^T,   q_ = c + W_Q^T W_K G b.
/// Exactness: exact in the exact family. Cost: (11 token_dim^2 + 6 token_dim context) query multiplications.
/// Test: tests/static/stack_backpropagation.cpp (equal to pull_back with a zero context cotangent).
template <TokenShape Shape, class Number, int KeyDim, int ValueDim, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back_readout(
    LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    LinearSelfAttention<Shape, PromptNumber, KeyDim, ValueDim>& gradient) {
    auto const& C = prompt.context;
    auto const& q = prompt.query;
    auto const u = product(layer.query, q);
    auto const k = product_of_transpose(layer.key, u);
    auto const attended = product_of_transpose(C, k);  // C^T k [context x query]
    auto const g = product(C, attended);
    auto const a = product_of_transpose(layer.output, cotangent);
    auto const b = product_of_transpose(layer.value, a);
    auto const attended_back = product_of_transpose(C, b);
    auto const h = product(C, attended_back);
    auto const u_ = product(layer.key, h);
    add_product_with_transpose(gradient.output, cotangent, product(layer.value, g));
    add_product_with_transpose(gradient.value, a, g);
    add_product_with_transpose(gradient.key, u, h);
    add_product_with_transpose(gradient.query, u_, q);
    return {.context = product_with_transpose(b, attended) + product_with_transpose(k, attended_back),
            .query = cotangent + product_of_transpose(layer.query, u_)};
}

/// The same for several heads: each adds its own, the residual path is counted once.
template <class... Heads, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back_readout(
    MultiHeadAttention<Heads...> const& layer, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<MultiHeadAttention<Heads...>, PromptNumber>& gradient) {
    Prompt<Given, PromptNumber> sum{.context = zero<PromptNumber, Given.token_dim, Given.context>(),
                                    .query = cotangent};
    backpropagation::for_each_head(layer, gradient, [&](auto const& head, auto& head_gradient) {
        auto const through_head = pull_back_readout(head, prompt, cotangent, head_gradient);
        sum.context += through_head.context;
        sum.query += through_head.query - cotangent;
    });
    return sum;
}

// -------------------------------------------------------------------------------------------------- parts of a layer

namespace backpropagation {

/// The cotangent where the clip let the token through, 0 where it cut.
template <int Limit, AnyMatrix Tokens>
constexpr auto where_uncut(Tokens const& before_cut, Tokens const& cotangent) {
    using Number = NumberOf<Tokens>;
    return generate<Number, rows_of<Tokens>, cols_of<Tokens>>([&](int row, int col) {
        return where_below(before_cut(row, col), Number(Limit), cotangent(row, col));
    });
}

}  // namespace backpropagation

/// The clip passes the cotangent of entries strictly inside the limits and stops the others.
/// Test: tests/unit/stack.cpp (against central differences, cut entries included).
template <class Layer, int Limit, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back(Clipped<Layer, Limit> const& part,
                                                              Prompt<Given, PromptNumber> const& prompt,
                                                              Prompt<Given, PromptNumber> const& cotangent,
                                                              GradientOf<Clipped<Layer, Limit>, PromptNumber>& gradient);
template <class Layer, int Limit, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back_readout(
    Clipped<Layer, Limit> const& part, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<Clipped<Layer, Limit>, PromptNumber>& gradient);

/// token + lambda (layer(token) - token): the layer sees lambda times the cotangent; lambda is a parameter, too.
template <class Layer, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back(Damped<Layer> const& part,
                                                              Prompt<Given, PromptNumber> const& prompt,
                                                              Prompt<Given, PromptNumber> const& cotangent,
                                                              GradientOf<Damped<Layer>, PromptNumber>& gradient);

/// The x part of the cotangent passes by the layer, the y part goes through it.
template <Dimensions Sizes, class Layer, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back(
    OnlyTargetsMove<Sizes, Layer> const& part, Prompt<Given, PromptNumber> const& prompt,
    Prompt<Given, PromptNumber> const& cotangent, GradientOf<OnlyTargetsMove<Sizes, Layer>, PromptNumber>& gradient);

/// The read-outs of these two parts: all tokens with a zero cotangent of the context.
template <class Layer, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back_readout(
    Damped<Layer> const& part, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<Damped<Layer>, PromptNumber>& gradient) {
    return pull_back(part, prompt, {.context = zero<PromptNumber, Given.token_dim, Given.context>(), .query = cotangent},
                     gradient);
}
template <Dimensions Sizes, class Layer, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back_readout(
    OnlyTargetsMove<Sizes, Layer> const& part, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<OnlyTargetsMove<Sizes, Layer>, PromptNumber>& gradient) {
    return pull_back(part, prompt, {.context = zero<PromptNumber, Given.token_dim, Given.context>(), .query = cotangent},
                     gradient);
}

/// The pass of a clipped layer remembers the tokens before they were cut. Test: tests/unit/stack.cpp.
template <class Layer, int Limit, TokenShape Given, class Number>
struct ForwardPass<Clipped<Layer, Limit>, Given, Number> {
    ForwardPass<Layer, Given, Number> of_layer;
    Prompt<Given, Number> result;
};
template <class Layer, int Limit, TokenShape Given, class Number>
[[nodiscard]] constexpr auto forward_pass(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt)
    -> ForwardPass<Clipped<Layer, Limit>, Given, Number>;
template <class Layer, int Limit, TokenShape Given, class Number>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back(Clipped<Layer, Limit> const& part,
                                                        Prompt<Given, Number> const& prompt,
                                                        ForwardPass<Clipped<Layer, Limit>, Given, Number> const& pass,
                                                        Prompt<Given, Number> const& cotangent,
                                                        GradientOf<Clipped<Layer, Limit>, Number>& gradient);

template <class Layer, int Limit, TokenShape Given, class Number>
constexpr void pull_back_parameters(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt,
                                    ForwardPass<Clipped<Layer, Limit>, Given, Number> const& pass,
                                    Prompt<Given, Number> const& cotangent,
                                    GradientOf<Clipped<Layer, Limit>, Number>& gradient);

// ------------------------------------------------------------------------------------------------------------ stacks

/// Through layers of their own, the last one first. Cost: each layer forward once more and backward once.
template <class... Layers, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back(LayerStack<Layers...> const& stack,
                                                              Prompt<Given, PromptNumber> const& prompt,
                                                              Prompt<Given, PromptNumber> const& cotangent,
                                                              GradientOf<LayerStack<Layers...>, PromptNumber>& gradient);
template <class... Layers, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back_readout(
    LayerStack<Layers...> const& stack, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<LayerStack<Layers...>, PromptNumber>& gradient);

/// Through one layer Depth times: all applications add to the same gradient.
template <class Layer, int Depth, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back(LoopedStack<Layer, Depth> const& stack,
                                                              Prompt<Given, PromptNumber> const& prompt,
                                                              Prompt<Given, PromptNumber> const& cotangent,
                                                              GradientOf<LoopedStack<Layer, Depth>, PromptNumber>& gradient);
template <class Layer, int Depth, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back_readout(
    LoopedStack<Layer, Depth> const& stack, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<LoopedStack<Layer, Depth>, PromptNumber>& gradient);

// ----------------------------------------------------------------------------------------------------------- details ----

template <class Layer, int Limit, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back(Clipped<Layer, Limit> const& part,
                                                Prompt<Given, PromptNumber> const& prompt,
                                                Prompt<Given, PromptNumber> const& cotangent,
                                                GradientOf<Clipped<Layer, Limit>, PromptNumber>& gradient) {
    return pull_back(part, prompt, forward_pass(part, prompt), cotangent, gradient);
}

template <class Layer, int Limit, TokenShape Given, class Number>
constexpr auto forward_pass(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt)
    -> ForwardPass<Clipped<Layer, Limit>, Given, Number> {
    auto const cut = [](Prompt<Given, Number> const& uncut) -> Prompt<Given, Number> {
        return {.context = Clipped<Layer, Limit>::cut(uncut.context), .query = Clipped<Layer, Limit>::cut(uncut.query)};
    };
    ForwardPass<Clipped<Layer, Limit>, Given, Number> pass{.of_layer = forward_pass(part.layer, prompt), .result = {}};
    pass.result = cut(pass.of_layer.result);
    return pass;
}

namespace backpropagation {

/// The cotangent of what a clipped layer made before it was cut.
template <class Layer, int Limit, TokenShape Given, class Number>
constexpr Prompt<Given, Number> before_cut(ForwardPass<Clipped<Layer, Limit>, Given, Number> const& pass,
                                           Prompt<Given, Number> const& cotangent) {
    auto const& uncut = pass.of_layer.result;
    return {.context = where_uncut<Limit>(uncut.context, cotangent.context),
            .query = where_uncut<Limit>(uncut.query, cotangent.query)};
}

}  // namespace backpropagation

template <class Layer, int Limit, TokenShape Given, class Number>
constexpr Prompt<Given, Number> pull_back(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt,
                                          ForwardPass<Clipped<Layer, Limit>, Given, Number> const& pass,
                                          Prompt<Given, Number> const& cotangent,
                                          GradientOf<Clipped<Layer, Limit>, Number>& gradient) {
    return pull_back(part.layer, prompt, pass.of_layer, backpropagation::before_cut(pass, cotangent), gradient.layer);
}
template <class Layer, int Limit, TokenShape Given, class Number>
constexpr void pull_back_parameters(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt,
                                    ForwardPass<Clipped<Layer, Limit>, Given, Number> const& pass,
                                    Prompt<Given, Number> const& cotangent,
                                    GradientOf<Clipped<Layer, Limit>, Number>& gradient) {
    pull_back_parameters(part.layer, prompt, pass.of_layer, backpropagation::before_cut(pass, cotangent), gradient.layer);
}

template <class Layer, int Limit, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back_readout(
    Clipped<Layer, Limit> const& part, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<Clipped<Layer, Limit>, PromptNumber>& gradient) {
    auto const before_cut = query_after(part.layer, prompt);
    return pull_back_readout(part.layer, prompt, backpropagation::where_uncut<Limit>(before_cut, cotangent),
                             gradient.layer);
}

template <class Layer, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back(Damped<Layer> const& part, Prompt<Given, PromptNumber> const& prompt,
                                                Prompt<Given, PromptNumber> const& cotangent,
                                                GradientOf<Damped<Layer>, PromptNumber>& gradient) {
    auto const& damping = part.damping;
    Prompt<Given, PromptNumber> const updated = part.layer(prompt);
    auto const add_damping = [&](auto const& of, auto const& after, auto const& before) {
        for (int col = 0; col < cols_of<decltype(of)>; ++col) {
            for (int row = 0; row < rows_of<decltype(of)>; ++row) {
                gradient.damping += of(row, col) * (after(row, col) - before(row, col));
            }
        }
    };
    add_damping(cotangent.context, updated.context, prompt.context);
    add_damping(cotangent.query, updated.query, prompt.query);
    auto const through_layer = pull_back(
        part.layer, prompt, {.context = damping * cotangent.context, .query = damping * cotangent.query}, gradient.layer);
    return {.context = cotangent.context - damping * cotangent.context + through_layer.context,
            .query = cotangent.query - damping * cotangent.query + through_layer.query};
}

template <Dimensions Sizes, class Layer, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back(OnlyTargetsMove<Sizes, Layer> const& part,
                                                Prompt<Given, PromptNumber> const& prompt,
                                                Prompt<Given, PromptNumber> const& cotangent,
                                                GradientOf<OnlyTargetsMove<Sizes, Layer>, PromptNumber>& gradient) {
    auto const only_y = [](auto const& tokens) {
        return above(zero<PromptNumber, Sizes.input, cols_of<decltype(tokens)>>(), targets<Sizes>(tokens));
    };
    auto const only_x = [](auto const& tokens) {
        return above(inputs<Sizes>(tokens), zero<PromptNumber, Sizes.output, cols_of<decltype(tokens)>>());
    };
    auto const through_layer =
        pull_back(part.layer, prompt, {.context = only_y(cotangent.context), .query = only_y(cotangent.query)},
                  gradient.layer);
    return {.context = only_x(cotangent.context) + through_layer.context,
            .query = only_x(cotangent.query) + through_layer.query};
}

namespace backpropagation {

/// Whether the derivative by the prompt is wanted. That of a model's own prompt is not, where it is trained.
template <bool ByPrompt>
using Wanted = std::bool_constant<ByPrompt>;

/// pull_back, or pull_back_parameters, which returns nothing. Pass: a ForwardPass or a TargetPass.
template <bool ByPrompt, class Update, class APrompt, class Pass, class Cotangent, class Gradient>
constexpr auto pull_back_wanted(Wanted<ByPrompt>, Update const& update, APrompt const& prompt, Pass const& pass,
                                Cotangent const& cotangent, Gradient& gradient) {
    if constexpr (ByPrompt) {
        return pull_back(update, prompt, pass, cotangent, gradient);
    } else {
        pull_back_parameters(update, prompt, pass, cotangent, gradient);
    }
}

/// Layers First, First + 1, ... of a stack: forward on the way down, backward on the way up.
template <int First, bool ByPrompt, class Layers, class Gradients, class APrompt, class PullBackLast>
constexpr auto through_layers(Wanted<ByPrompt> wanted, Layers const& layers, Gradients& gradients, APrompt const& prompt,
                              PullBackLast const& pull_back_last) {
    namespace hana = boost::hana;
    auto const& layer = hana::at_c<First>(layers);
    auto& gradient = hana::at_c<First>(gradients);
    if constexpr (First + 1 == decltype(hana::length(layers))::value) {
        return pull_back_last(wanted, layer, prompt, gradient);
    } else {
        auto const pass = forward_pass(layer, prompt);
        APrompt const cotangent =
            through_layers<First + 1>(Wanted<true>{}, layers, gradients, pass.result, pull_back_last);
        return pull_back_wanted(wanted, layer, prompt, pass, cotangent, gradient);
    }
}

/// Depth applications of one layer. What the pullbacks need of each is kept on the stack of the thread (of lanes of floats
/// at the paper's sizes 0.04 MB per application).
template <int Depth, bool ByPrompt, class Layer, class Gradient, class APrompt, class PullBackLast>
constexpr auto through_loop(Wanted<ByPrompt> wanted, Layer const& layer, Gradient& gradient, APrompt const& prompt,
                            PullBackLast const& pull_back_last) {
    if constexpr (Depth == 1) {
        return pull_back_last(wanted, layer, prompt, gradient);
    } else {
        auto const pass = forward_pass(layer, prompt);
        APrompt const cotangent = through_loop<Depth - 1>(Wanted<true>{}, layer, gradient, pass.result, pull_back_last);
        return pull_back_wanted(wanted, layer, prompt, pass, cotangent, gradient);
    }
}

/// Through a model whose last (or only) layer is pulled back by pull_back_last(wanted, layer, prompt before it, its gradient).
template <bool ByPrompt, class Layer, class Gradient, class APrompt, class PullBackLast>
constexpr auto through_model(Wanted<ByPrompt> wanted, Layer const& layer, Gradient& gradient, APrompt const& prompt,
                             PullBackLast const& pull_back_last) {
    return pull_back_last(wanted, layer, prompt, gradient);
}
template <bool ByPrompt, class... Layers, class Gradient, class APrompt, class PullBackLast>
constexpr auto through_model(Wanted<ByPrompt> wanted, LayerStack<Layers...> const& stack, Gradient& gradient,
                             APrompt const& prompt, PullBackLast const& pull_back_last) {
    return through_layers<0>(wanted, stack.layers, gradient.layers, prompt, pull_back_last);
}
template <bool ByPrompt, class Layer, int Depth, class Gradient, class APrompt, class PullBackLast>
constexpr auto through_model(Wanted<ByPrompt> wanted, LoopedStack<Layer, Depth> const& stack, Gradient& gradient,
                             APrompt const& prompt, PullBackLast const& pull_back_last) {
    return through_loop<Depth>(wanted, stack.layer, gradient.layer, prompt, pull_back_last);
}

}  // namespace backpropagation

template <class... Layers, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back(LayerStack<Layers...> const& stack,
                                                Prompt<Given, PromptNumber> const& prompt,
                                                Prompt<Given, PromptNumber> const& cotangent,
                                                GradientOf<LayerStack<Layers...>, PromptNumber>& gradient) {
    return backpropagation::through_layers<0>(
        backpropagation::Wanted<true>{}, stack.layers, gradient.layers, prompt,
        [&](auto, auto const& last, auto const& before, auto& last_gradient) {
            return pull_back(last, before, cotangent, last_gradient);
        });
}

template <class... Layers, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back_readout(
    LayerStack<Layers...> const& stack, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<LayerStack<Layers...>, PromptNumber>& gradient) {
    return backpropagation::through_layers<0>(
        backpropagation::Wanted<true>{}, stack.layers, gradient.layers, prompt,
        [&](auto, auto const& last, auto const& before, auto& last_gradient) {
            return pull_back_readout(last, before, cotangent, last_gradient);
        });
}

template <class Layer, int Depth, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back(LoopedStack<Layer, Depth> const& stack,
                                                Prompt<Given, PromptNumber> const& prompt,
                                                Prompt<Given, PromptNumber> const& cotangent,
                                                GradientOf<LoopedStack<Layer, Depth>, PromptNumber>& gradient) {
    return backpropagation::through_loop<Depth>(
        backpropagation::Wanted<true>{}, stack.layer, gradient.layer, prompt,
        [&](auto, auto const& last, auto const& before, auto& last_gradient) {
            return pull_back(last, before, cotangent, last_gradient);
        });
}

template <class Layer, int Depth, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back_readout(
    LoopedStack<Layer, Depth> const& stack, Prompt<Given, PromptNumber> const& prompt,
    Matrix<PromptNumber, Given.token_dim, Given.query> const& cotangent,
    GradientOf<LoopedStack<Layer, Depth>, PromptNumber>& gradient) {
    return backpropagation::through_loop<Depth>(
        backpropagation::Wanted<true>{}, stack.layer, gradient.layer, prompt,
        [&](auto, auto const& last, auto const& before, auto& last_gradient) {
            return pull_back_readout(last, before, cotangent, last_gradient);
        });
}

}  // namespace incontext
