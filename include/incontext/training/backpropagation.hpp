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
#include "incontext/plan/query_readout.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// Sets every parameter of a layer to zero. Test: tests/unit/parameters.cpp.
template <class Parameters>
constexpr void set_zero(Parameters& parameters) {
    for_each_parameter(
        [](char const*, auto& parameter) {
            using Leaf = std::remove_cvref_t<decltype(parameter)>;
            if constexpr (AnyMatrix<Leaf>) {
                parameter = zero<NumberOf<Leaf>, rows_of<Leaf>, cols_of<Leaf>>();
            } else {
                parameter = Leaf(0);
            }
        },
        parameters);
}

/// The pullback of one head applied to a whole prompt.
///
/// Adds the derivative by the four projections to `gradient` and returns the derivative by the prompt.
/// Source: the chain rule as written at the top. Shapes: those of the layer and the prompt.
/// Exactness: exact in the exact family. Cost: about 2.5 times the forward pass. Errors: none beyond the layer's.
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

/// The pullback of the query-only read-out, by the projections alone: for a last (or only) layer, whose context is data.
///
/// Adds to `gradient`. With u = W_Q q, k = W_K^T u, g = G k, v = W_V g:
///     P_ += c v^T     a = P^T c     W_V_ += a g^T     h = G W_V^T a     W_K_ += u h^T     W_Q_ += (W_K h) q^T
/// Exactness: exact in the exact family; equal to pull_back with a zero context cotangent.
/// Cost: (5 (key_dim + value_dim) token_dim + 2 token_dim^2) query multiplications: no term grows with the context.
/// Test: tests/static/backpropagation.cpp.
template <TokenShape Shape, class Number, int KeyDim, int ValueDim, AnyMatrix Gram, AnyMatrix Query, class PromptNumber>
constexpr void pull_back_query(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer, Gram const& G,
                               Query const& q, Query const& cotangent,
                               LinearSelfAttention<Shape, PromptNumber, KeyDim, ValueDim>& gradient);

/// The same for several heads.
template <class... Heads, AnyMatrix Gram, AnyMatrix Query, class Gradient>
constexpr void pull_back_query(MultiHeadAttention<Heads...> const& layer, Gram const& G, Query const& q,
                               Query const& cotangent, Gradient& gradient);

// ------------------------------------------------------------------------------------------------------- details ----

namespace backpropagation {

/// Calls use(head, gradient of that head) for every head.
template <class Layer, class Gradient, class Use>
constexpr void for_each_head(Layer const& layer, Gradient& gradient, Use&& use) {
    namespace hana = boost::hana;
    hana::for_each(hana::make_range(hana::size_c<0>, hana::length(layer.heads)),
                   [&](auto index) { use(layer.heads[index], gradient.heads[index]); });
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
    auto const M = product(V, transpose(K));
    auto const PM = product(layer.output, M);
    auto const MQ = product(M, layer.query);
    auto const F_transposed = transpose(product(layer.output, MQ));

    using Square = Matrix<PromptNumber, Shape.token_dim, Shape.token_dim>;
    Square const F_ =
        product(cotangent.context, transpose(C)) + product(cotangent.query, transpose(prompt.query));
    auto const M_ = product(transpose(layer.output), F_, transpose(layer.query));
    auto const V_ = product(M_, K);
    auto const K_ = product(transpose(M_), V);

    gradient.output += product(F_, transpose(MQ));
    gradient.query += product(transpose(PM), F_);
    gradient.value += product(V_, transpose(C));
    gradient.key += product(K_, transpose(C));
    return {.context = cotangent.context + product(F_transposed, cotangent.context) +
                       product(transpose(layer.value), V_) + product(transpose(layer.key), K_),
            .query = cotangent.query + product(F_transposed, cotangent.query)};
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

template <TokenShape Shape, class Number, int KeyDim, int ValueDim, AnyMatrix Gram, AnyMatrix Query, class PromptNumber>
constexpr void pull_back_query(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer, Gram const& G,
                               Query const& q, Query const& cotangent,
                               LinearSelfAttention<Shape, PromptNumber, KeyDim, ValueDim>& gradient) {
    auto const u = product(layer.query, q);
    auto const g = product(G, product(transpose(layer.key), u));
    auto const v = product(layer.value, g);
    auto const a = product(transpose(layer.output), cotangent);
    auto const h = product(G, product(transpose(layer.value), a));
    gradient.output += product(cotangent, transpose(v));
    gradient.value += product(a, transpose(g));
    gradient.key += product(u, transpose(h));
    gradient.query += product(product(layer.key, h), transpose(q));
}

template <class... Heads, AnyMatrix Gram, AnyMatrix Query, class Gradient>
constexpr void pull_back_query(MultiHeadAttention<Heads...> const& layer, Gram const& G, Query const& q,
                               Query const& cotangent, Gradient& gradient) {
    backpropagation::for_each_head(layer, gradient, [&](auto const& head, auto& head_gradient) {
        pull_back_query(head, G, q, cotangent, head_gradient);
    });
}

}  // namespace incontext
