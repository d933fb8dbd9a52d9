// SPDX-License-Identifier: MIT
/// @file
/// The query-only read-out: what a layer does to the query tokens, without updating the context.
///
///     q <- q + sum over heads of P (W_V (C (C^T (W_K^T (W_Q q)))))
///
/// The same F = P (W_V C)(W_K C)^T W_Q as in attention/linear_self_attention.hpp, associated from the right. C (C^T key)
/// costs less than making G = C C^T first, unless there are many query tokens or heads; the count of operations decides.
/// A prediction needs nothing else of a last layer.
#pragma once

#include <boost/hana/for_each.hpp>

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/plan/gram.hpp"
#include "incontext/plan/merged.hpp"
#include "incontext/plan/operation_count.hpp"

namespace incontext {

/// A layer that is linear attention: it sees its context through C C^T alone. LinearSelfAttention, MultiHeadAttention and
/// MergedAttention are.
template <class Layer>
concept LinearLayer = requires { OperationCount<Layer>::heads; };

/// q + P W_V M(W_K^T W_Q q) of one head (as plan/merged.hpp has it of merged projections), where M(key) = C C^T key [token_dim x query].
///
/// Source: [vonOswald2023] eq. (2), re-associated. Exactness: identical to the layer's query tokens in exact arithmetic;
/// in floating point within the bound that `agree` derives for it. Cost: OperationCount. Errors: shapes that do not fit do
/// not compile. Test: tests/static/plan.cpp (identical to the definition).
template <TokenShape Shape, class Number, int KeyDim, int ValueDim, class TimesMoments, AnyMatrix Query>
[[nodiscard]] constexpr auto updated_with(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                                TimesMoments const& times_moments, Query const& q)
    -> Matrix<NumberOf<Query>, rows_of<Query>, cols_of<Query>> {
    auto const key = product_of_transpose(layer.key, product(layer.query, q));
    return plus_product(q, layer.output, product(layer.value, times_moments(key)));
}

/// The query tokens after several heads: the heads' changes summed.
template <class... Heads, class TimesMoments, AnyMatrix Query>
[[nodiscard]] constexpr auto updated_with(MultiHeadAttention<Heads...> const& layer, TimesMoments const& times_moments,
                                          Query const& q) -> Matrix<NumberOf<Query>, rows_of<Query>, cols_of<Query>> {
    Matrix<NumberOf<Query>, rows_of<Query>, cols_of<Query>> sum = q;
    boost::hana::for_each(layer.heads, [&](auto const& head) { sum += updated_with(head, times_moments, q) - q; });
    return sum;
}

/// The query tokens of layer(prompt), computed the short way.
///
/// Exactness, cost, errors: as updated_with. Test: tests/static/plan.cpp (identical to the definition).
template <LinearLayer Layer, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query(Layer const& layer, Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Shape, Number>();
    using Query = Matrix<Number, Shape.token_dim, Shape.query>;
    Query const& q = prompt.query;
    auto const& C = prompt.context;
    if constexpr (gram_pays_for_query<Layer>(Shape)) {
        auto const G = gram(C);
        return updated_with(layer, [&](auto const& key) { return product(G, key); }, q);
    } else {
        return updated_with(
            layer, [&](auto const& key) { return product(C, product_of_transpose(C, key)); }, q);
    }
}

/// The query tokens after any update: by the query-only read-out where the update has one, else by the definition.
///
/// Exactness: identical to update(prompt).query in exact arithmetic. Test: tests/static/plan.cpp.
template <class Update, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto query_after(Update const& update, Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    if constexpr (requires { updated_query(update, prompt); }) {
        return updated_query(update, prompt);
    } else {
        return update(prompt).query;
    }
}

}  // namespace incontext
