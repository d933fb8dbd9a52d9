// SPDX-License-Identifier: MIT
/// @file
/// The targets of the query tokens after an update, and their pullback: all that a loss of predictions asks of a last layer.
///
/// With merged projections A = W_PV and B = W_KQ, W_y the rows of A that make targets, and a bar for "derivative of the
/// loss by":
///
///     forward                            backward, from y_
///     k = B q,  g = C (C^T k)            W_y_ = y_ g^T     b = W_y^T y_     h = C (C^T b)     B_ = h q^T
///     y = y_q + W_y g                    C_ = b (C^T k)^T + k (C^T b)^T     q_ = (0; y_) + B^T h
///
/// The other rows of A move inputs, which no prediction reads: their derivative is zero, and is not computed.
#pragma once

#include "incontext/plan/query_readout.hpp"
#include "incontext/plan/stack_readout.hpp"
#include "incontext/training/backpropagation.hpp"
#include "incontext/training/merged_backpropagation.hpp"
#include "incontext/training/stack_backpropagation.hpp"

namespace incontext {

/// The targets [output x query] of update(prompt).query, and whatever of the work their pullback can use again: here nothing.
template <class Update, Dimensions Sizes, class Number>
struct TargetPass {
    Matrix<Number, Sizes.output, Sizes.query> result;
};

/// The forward pass: its result is targets(query_after(update, prompt)).
/// Exactness: that of the update. Test: tests/static/stack_backpropagation.cpp.
template <Dimensions Sizes, class Update, TokenShape Given, class Number>
[[nodiscard]] constexpr TargetPass<Update, Sizes, Number> target_pass(Update const& update,
                                                                      Prompt<Given, Number> const& prompt) {
    return {.result = targets<Sizes>(query_after(update, prompt))};
}

/// Adds the derivative by the parameters to `gradient` and returns that by the prompt.
/// Exactness: exact in the exact family. Errors: none beyond the update's. Test: tests/static/stack_backpropagation.cpp.
template <Dimensions Sizes, class Update, TokenShape Given, class Number, class Gradient>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back(
    Update const& update, Prompt<Given, Number> const& prompt, TargetPass<Update, Sizes, Number> const& /*pass*/,
    Matrix<Number, Sizes.output, Sizes.query> const& cotangent, Gradient& gradient) {
    return pull_back_readout(update, prompt, above(zero<Number, Sizes.input, Sizes.query>(), cotangent), gradient);
}

/// The derivative by the parameters alone. As pull_back.
template <Dimensions Sizes, class Update, TokenShape Given, class Number, class Gradient>
constexpr void pull_back_parameters(Update const& update, Prompt<Given, Number> const& prompt,
                                    TargetPass<Update, Sizes, Number> const& pass,
                                    Matrix<Number, Sizes.output, Sizes.query> const& cotangent, Gradient& gradient) {
    static_cast<void>(pull_back(update, prompt, pass, cotangent, gradient));
}

/// With merged projections: k, C^T k and g of each head.
template <TokenShape Shape, class Weight, int Heads, Dimensions Sizes, class Number>
struct TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> {
    struct OfHead {
        Matrix<Number, Shape.token_dim, Sizes.query> key;
        Matrix<Number, Sizes.context, Sizes.query> scores;
        Matrix<Number, Shape.token_dim, Sizes.query> attended;
    };
    Matrix<Number, Sizes.output, Sizes.query> result;
    TupleOf<OfHead, Heads> heads;
};

/// Cost: (t^2 + 2 t n + t o) q multiplications per head (t token_dim, n context, o output, q query).
template <Dimensions Sizes, TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[nodiscard]] constexpr auto target_pass(MergedAttention<Shape, Weight, Heads> const& layer,
                                         Prompt<Given, Number> const& prompt)
    -> TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number>;

/// Cost: (2 t n + 2 t o + t^2) q multiplications per head; by the prompt (t^2 + 2 t n) q more.
template <Dimensions Sizes, TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back(
    MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt,
    TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> const& pass,
    Matrix<Number, Sizes.output, Sizes.query> const& cotangent, MergedAttention<Shape, Number, Heads>& gradient);
template <Dimensions Sizes, TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
constexpr void pull_back_parameters(MergedAttention<Shape, Weight, Heads> const& layer,
                                    Prompt<Given, Number> const& prompt,
                                    TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> const& pass,
                                    Matrix<Number, Sizes.output, Sizes.query> const& cotangent,
                                    MergedAttention<Shape, Number, Heads>& gradient);

/// A clipped layer cuts its targets, and lets the derivative of those through that were not cut.
template <class Layer, int Limit, Dimensions Sizes, class Number>
struct TargetPass<Clipped<Layer, Limit>, Sizes, Number> {
    Matrix<Number, Sizes.output, Sizes.query> result;
    TargetPass<Layer, Sizes, Number> of_layer;
};
template <Dimensions Sizes, class Layer, int Limit, TokenShape Given, class Number>
[[nodiscard]] constexpr auto target_pass(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt)
    -> TargetPass<Clipped<Layer, Limit>, Sizes, Number>;
template <Dimensions Sizes, class Layer, int Limit, TokenShape Given, class Number>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back(
    Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt,
    TargetPass<Clipped<Layer, Limit>, Sizes, Number> const& pass,
    Matrix<Number, Sizes.output, Sizes.query> const& cotangent, GradientOf<Clipped<Layer, Limit>, Number>& gradient);

// ------------------------------------------------------------------------------------------------------- details ----

template <Dimensions Sizes, TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
constexpr auto target_pass(MergedAttention<Shape, Weight, Heads> const& layer,
                           Prompt<Given, Number> const& prompt)
    -> TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> {
    require_fitting_prompt<Shape, Weight, Sizes.tokens(), Number>();
    TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> pass;
    pass.result = targets<Sizes>(prompt.query);
    backpropagation::for_each_head(layer, pass, [&](auto const& head, auto& of_head) {
        of_head.key = product(head.key_query, prompt.query);
        of_head.scores = product_of_transpose(prompt.context, of_head.key);
        of_head.attended = product(prompt.context, of_head.scores);
        add_product(pass.result, rows<Sizes.input, Sizes.output>(head.output_value), of_head.attended);
    });
    return pass;
}

namespace backpropagation {

/// W_y_ and B_ of every head; calls pull_back_prompt(head, its pass, b, C^T b, h) for what the prompt takes.
template <Dimensions Sizes, TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number, class PullBackPrompt>
constexpr void pull_back_targets(MergedAttention<Shape, Weight, Heads> const& layer,
                                 Prompt<Given, Number> const& prompt,
                                 TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> const& pass,
                                 Matrix<Number, Sizes.output, Sizes.query> const& y_,
                                 MergedAttention<Shape, Number, Heads>& gradient,
                                 PullBackPrompt const& pull_back_prompt) {
    for_each_head(layer, gradient, pass, [&](auto const& head, auto& head_gradient, auto const& of_head) {
        for (int token = 0; token < Sizes.query; ++token) {
            for (int o = 0; o < Sizes.output; ++o) {
                for (int col = 0; col < Shape.token_dim; ++col) {
                    head_gradient.output_value(Sizes.input + o, col) += y_(o, token) * of_head.attended(col, token);
                }
            }
        }
        auto const b = product_of_transpose(rows<Sizes.input, Sizes.output>(head.output_value), y_);
        auto const scores_of_b = product_of_transpose(prompt.context, b);
        auto const h = product(prompt.context, scores_of_b);
        add_product_with_transpose(head_gradient.key_query, h, prompt.query);
        pull_back_prompt(head, of_head, b, scores_of_b, h);
    });
}

}  // namespace backpropagation

template <Dimensions Sizes, TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
constexpr void pull_back_parameters(MergedAttention<Shape, Weight, Heads> const& layer,
                                    Prompt<Given, Number> const& prompt,
                                    TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> const& pass,
                                    Matrix<Number, Sizes.output, Sizes.query> const& cotangent,
                                    MergedAttention<Shape, Number, Heads>& gradient) {
    backpropagation::pull_back_targets<Sizes>(layer, prompt, pass, cotangent, gradient, [](auto const&...) {});
}

template <Dimensions Sizes, TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
constexpr Prompt<Given, Number> pull_back(
    MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt,
    TargetPass<MergedAttention<Shape, Weight, Heads>, Sizes, Number> const& pass,
    Matrix<Number, Sizes.output, Sizes.query> const& cotangent, MergedAttention<Shape, Number, Heads>& gradient) {
    Prompt<Given, Number> sum{.context = zero<Number, Shape.token_dim, Sizes.context>(),
                                       .query = above(zero<Number, Sizes.input, Sizes.query>(), cotangent)};
    backpropagation::pull_back_targets<Sizes>(
        layer, prompt, pass, cotangent, gradient,
        [&](auto const& head, auto const& of_head, auto const& b, auto const& scores_of_b, auto const& h) {
            add_product_with_transpose(sum.context, b, of_head.scores);
            add_product_with_transpose(sum.context, of_head.key, scores_of_b);
            add_product_of_transpose(sum.query, head.key_query, h);
        });
    return sum;
}

template <Dimensions Sizes, class Layer, int Limit, TokenShape Given, class Number>
constexpr auto target_pass(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt)
    -> TargetPass<Clipped<Layer, Limit>, Sizes, Number> {
    auto const of_layer = target_pass<Sizes>(part.layer, prompt);
    return {.result = Clipped<Layer, Limit>::cut(of_layer.result), .of_layer = of_layer};
}

template <Dimensions Sizes, class Layer, int Limit, TokenShape Given, class Number>
constexpr Prompt<Given, Number> pull_back(Clipped<Layer, Limit> const& part,
                                                   Prompt<Given, Number> const& prompt,
                                                   TargetPass<Clipped<Layer, Limit>, Sizes, Number> const& pass,
                                                   Matrix<Number, Sizes.output, Sizes.query> const& cotangent,
                                                   GradientOf<Clipped<Layer, Limit>, Number>& gradient) {
    return pull_back(part.layer, prompt, pass.of_layer,
                     backpropagation::where_uncut<Limit>(pass.of_layer.result, cotangent), gradient.layer);
}
template <Dimensions Sizes, class Layer, int Limit, TokenShape Given, class Number>
constexpr void pull_back_parameters(Clipped<Layer, Limit> const& part, Prompt<Given, Number> const& prompt,
                                    TargetPass<Clipped<Layer, Limit>, Sizes, Number> const& pass,
                                    Matrix<Number, Sizes.output, Sizes.query> const& cotangent,
                                    GradientOf<Clipped<Layer, Limit>, Number>& gradient) {
    pull_back_parameters(part.layer, prompt, pass.of_layer,
                         backpropagation::where_uncut<Limit>(pass.of_layer.result, cotangent), gradient.layer);
}

}  // namespace incontext
