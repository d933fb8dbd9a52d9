// SPDX-License-Identifier: MIT
/// @file
/// Backpropagation through a layer of linear self-attention, written once over all families of numbers.
///
/// A pullback takes the derivative of a loss by a layer's results and returns the derivative by its arguments. With
/// V = W_V C, K = W_K C, M = V K^T and F = P M W_Q, and with a bar for "derivative of the loss by":
///
///     forward                                   backward
///     C' = C + F C     Q' = Q + F Q             F_ = C'_ C^T + Q'_ Q^T     C_ = C'_ + F^T C'_     Q_ = Q'_ + F^T Q'_
///     F  = P M W_Q                              P_ = F_ (M W_Q)^T     M_ = P^T F_ W_Q^T     W_Q_ = (P M)^T F_
///     M  = V K^T                                V_ = M_ K     K_ = M_^T V
///     V  = W_V C,  K = W_K C                    W_V_ = V_ C^T     W_K_ = K_ C^T     C_ += W_V^T V_ + W_K^T K_
///
/// Because the source is the same in the exact family, this is proven against dual numbers, not trusted:
/// <v, J u> = <J^T v, u> for every argument [Griewank2008] sec. 3.
#pragma once

#include <boost/hana/for_each.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/range.hpp>

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// The pullback of one head applied to a whole prompt.
///
/// Adds the derivative by the four projections to `gradient` and returns the derivative by the prompt.
/// Source: the chain rule as written at the top. Shapes: those of the layer and the prompt.
/// Exactness: exact in the exact family. Cost: about 3 times the forward pass, which it does once more. Errors: none beyond the layer's.
/// Test: tests/static/backpropagation.cpp.
template <TokenShape Shape, class Number, int KeyDim, int ValueDim, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back(
    LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer, Prompt<Given, PromptNumber> const& prompt,
    Prompt<Given, PromptNumber> const& cotangent, LinearSelfAttention<Shape, PromptNumber, KeyDim, ValueDim>& gradient);

/// The same for several heads: each adds its own, the residual path is counted once.
template <class... Heads, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> pull_back(
    MultiHeadAttention<Heads...> const& layer, Prompt<Given, PromptNumber> const& prompt,
    Prompt<Given, PromptNumber> const& cotangent,
    typename MultiHeadAttention<Heads...>::template with_number<PromptNumber>& gradient);

// ------------------------------------------------------------------------------------------------------- details ----

namespace backpropagation {

/// F_ = C'_ C^T + Q'_ Q^T.
template <TokenShape Shape, class Number>
constexpr auto fast_weights_cotangent(Prompt<Shape, Number> const& prompt, Prompt<Shape, Number> const& cotangent)
    -> Matrix<Number, Shape.token_dim, Shape.token_dim> {
    Matrix<Number, Shape.token_dim, Shape.token_dim> F_ = product_with_transpose(cotangent.context, prompt.context);
    add_product_with_transpose(F_, cotangent.query, prompt.query);
    return F_;
}

/// Calls use(head, gradient of that head) for every head, or whatever else there is one of for each head.
template <class Layer, class Gradient, class Use>
constexpr void for_each_head(Layer const& layer, Gradient& gradient, Use&& use) {
    namespace hana = boost::hana;
    hana::for_each(hana::make_range(hana::size_c<0>, hana::length(layer.heads)),
                   [&](auto index) { use(layer.heads[index], gradient.heads[index]); });
}
template <class Layer, class Gradient, class Pass, class Use>
constexpr void for_each_head(Layer const& layer, Gradient& gradient, Pass& pass, Use&& use) {
    namespace hana = boost::hana;
    hana::for_each(hana::make_range(hana::size_c<0>, hana::length(layer.heads)),
                   [&](auto index) { use(layer.heads[index], gradient.heads[index], pass.heads[index]); });
}

}  // namespace backpropagation

template <TokenShape Shape, class Number, int KeyDim, int ValueDim, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                                Prompt<Given, PromptNumber> const& prompt,
                                                Prompt<Given, PromptNumber> const& cotangent,
                                                LinearSelfAttention<Shape, PromptNumber, KeyDim, ValueDim>& gradient) {
    require_fitting_prompt<Shape, Number, Given, PromptNumber>();
    auto const& C = prompt.context;
    auto const V = product(layer.value, C);
    auto const K = product(layer.key, C);
    auto const M = product_with_transpose(V, K);
    auto const PM = product(layer.output, M);
    auto const MQ = product(M, layer.query);
    auto const F = product(layer.output, MQ);

    auto const F_ = backpropagation::fast_weights_cotangent(prompt, cotangent);
    auto const M_ = product_with_transpose(product_of_transpose(layer.output, F_), layer.query);
    auto const V_ = product(M_, K);
    auto const K_ = product_of_transpose(M_, V);

    add_product_with_transpose(gradient.output, F_, MQ);
    add_product_of_transpose(gradient.query, PM, F_);
    add_product_with_transpose(gradient.value, V_, C);
    add_product_with_transpose(gradient.key, K_, C);
    return {.context = cotangent.context + product_of_transpose(F, cotangent.context) +
                       product_of_transpose(layer.value, V_) + product_of_transpose(layer.key, K_),
            .query = cotangent.query + product_of_transpose(F, cotangent.query)};
}

template <class... Heads, TokenShape Given, class PromptNumber>
constexpr Prompt<Given, PromptNumber> pull_back(
    MultiHeadAttention<Heads...> const& layer, Prompt<Given, PromptNumber> const& prompt,
    Prompt<Given, PromptNumber> const& cotangent,
    typename MultiHeadAttention<Heads...>::template with_number<PromptNumber>& gradient) {
    Prompt<Given, PromptNumber> sum = cotangent;
    backpropagation::for_each_head(layer, gradient, [&](auto const& head, auto& head_gradient) {
        auto const through_head = pull_back(head, prompt, cotangent, head_gradient);
        sum.context += through_head.context - cotangent.context;
        sum.query += through_head.query - cotangent.query;
    });
    return sum;
}

}  // namespace incontext
