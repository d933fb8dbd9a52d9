// SPDX-License-Identifier: MIT
/// @file
/// The moment form: a linear stack sees its context through G = C C^T alone, at every depth.
///
///     F = P W_V G W_K^T W_Q          G <- (I + F) G (I + F)^T          q <- (I + F) q
///
/// The context becomes (I + F) C, so its moments become (I + F) C C^T (I + F)^T. After the one pass over the context that
/// makes G, the cost of every further layer does not depend on the context's length.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/length.hpp>

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/plan/query_readout.hpp"
#include "incontext/stack/stack.hpp"

namespace incontext {

/// F = P W_V G W_K^T W_Q of one head, from the moments [token_dim x token_dim].
///
/// Exactness: identical to fast_weights(C) in exact arithmetic. Cost: 4 products of token dimension.
/// Errors: shapes that do not fit do not compile. Test: tests/static/stack.cpp.
template <TokenShape Shape, class Number, int KeyDim, int ValueDim, AnyMatrix Gram>
[[nodiscard]] constexpr auto fast_weights_of_moments(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& head,
                                                     Gram const& G) -> Gram {
    return product(product(head.output, head.value), G, product_of_transpose(head.key, head.query));
}

/// The sum of the heads' fast weights, from the moments. Exactness, errors, test: as of one head.
template <class... Heads, AnyMatrix Gram>
[[nodiscard]] constexpr auto fast_weights_of_moments(MultiHeadAttention<Heads...> const& layer, Gram const& G) -> Gram {
    Gram F = zero<NumberOf<Gram>, rows_of<Gram>>();
    boost::hana::for_each(layer.heads, [&](auto const& head) { F += fast_weights_of_moments(head, G); });
    return F;
}

/// What a linear stack needs to know of a prompt. Test: tests/static/stack.cpp.
template <TokenShape Shape, class Number>
struct Moments {
    Matrix<Number, Shape.token_dim, Shape.token_dim> gram;  // C C^T
    Matrix<Number, Shape.token_dim, Shape.query> query;

    /// One linear layer: G <- (I + F) G (I + F)^T, q <- (I + F) q.
    /// Cost: F, and token_dim^2 (2 token_dim + query) multiplications.
    template <class Layer>
    [[nodiscard]] constexpr Moments after(Layer const& layer) const {
        auto const F = fast_weights_of_moments(layer, gram);
        Matrix<Number, Shape.token_dim, Shape.token_dim> const moved = plus_product(gram, F, gram);
        Matrix<Number, Shape.token_dim, Shape.query> const moved_query = plus_product(query, F, query);
        return {.gram = moved + product_with_transpose(moved, F), .query = moved_query};
    }
};

/// The moments of a prompt.
template <TokenShape Shape, class Number>
[[nodiscard]] constexpr Moments<Shape, Number> moments(Prompt<Shape, Number> const& prompt) {
    return {.gram = gram(prompt.context), .query = prompt.query};
}

/// The query tokens after one more linear layer, of which nothing else is wanted [token_dim x query].
template <LinearLayer Layer, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query(Layer const& layer, Moments<Shape, Number> const& moments)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    return updated_with(layer, [&](auto const& key) { return product(moments.gram, key); }, moments.query);
}

namespace moment_form {

/// Layers First, First + 1, ... of a tuple, the last one read out.
template <int First, class Layers, TokenShape Shape, class Number>
constexpr auto query_after_layers(Layers const& layers, Moments<Shape, Number> const& state)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    auto const& layer = boost::hana::at_c<First>(layers);
    if constexpr (First + 1 == decltype(boost::hana::length(layers))::value) {
        return updated_query(layer, state);
    } else {
        return query_after_layers<First + 1>(layers, state.after(layer));
    }
}

}  // namespace moment_form

/// The query tokens after a stack of linear layers of their own, by moments [token_dim x query].
///
/// Source: derived here from [vonOswald2023] eq. (2). Exactness: identical to the stack's query tokens in exact
/// arithmetic. Cost: OperationCount::by_moments: one pass over the context, then no term grows with it.
/// Errors: layers that are not linear do not compile. Test: tests/static/stack.cpp.
template <LinearLayer... Layers, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query_by_moments(LayerStack<Layers...> const& stack,
                                                      Moments<Shape, Number> const& moments)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    return moment_form::query_after_layers<0>(stack.layers, moments);
}

/// The same for one layer applied several times.
template <LinearLayer Layer, int Depth, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query_by_moments(LoopedStack<Layer, Depth> const& stack,
                                                      Moments<Shape, Number> moments)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    for (int k = 1; k < Depth; ++k) {
        moments = moments.after(stack.layer);
    }
    return updated_query(stack.layer, moments);
}

/// The same from a prompt. Errors: a prompt that a layer would not accept does not compile (the moments would hide it).
template <LinearLayer... Layers, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query_by_moments(LayerStack<Layers...> const& stack,
                                                      Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    (require_fitting_prompt<Layers::shape, typename Layers::Scalar, Shape, Number>(), ...);
    return updated_query_by_moments(stack, moments(prompt));
}
template <LinearLayer Layer, int Depth, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query_by_moments(LoopedStack<Layer, Depth> const& stack,
                                                      Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Shape, Number>();
    return updated_query_by_moments(stack, moments(prompt));
}

}  // namespace incontext
