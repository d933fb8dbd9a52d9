// SPDX-License-Identifier: MIT
/// @file
/// The query-only read-out: what a layer does to the query tokens, without updating the context.
///
///     G = C C^T                                       [token_dim x token_dim], shared by all heads
///     q <- q + sum over heads of P (W_V (G (W_K^T (W_Q q))))
///
/// The same F = P (W_V C)(W_K C)^T W_Q as in attention/linear_self_attention.hpp, associated from the right: a layer
/// sees its context through G alone. A prediction needs nothing else of a last layer.
#pragma once

#include <boost/hana/for_each.hpp>

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/number/number.hpp"

namespace incontext {

/// G = C C^T [token_dim x token_dim]: all that linear attention keeps of its context.
///
/// Only the upper half is computed and mirrored. Exactness: one rounding per operation, in any order.
/// Cost: token_dim (token_dim + 1) / 2 * context multiplications. Errors: none. Test: tests/static/plan.cpp.
template <AnyMatrix Context>
[[nodiscard]] constexpr auto gram(Context const& C)
    -> Matrix<NumberOf<Context>, rows_of<Context>, rows_of<Context>> {
    constexpr int size = rows_of<Context>;
    Matrix<NumberOf<Context>, size, size> G;
    for (int col = 0; col < size; ++col) {
        for (int row = 0; row <= col; ++row) {
            NumberOf<Context> sum = C(row, 0) * transposed_entry(C(col, 0));
            for (int token = 1; token < cols_of<Context>; ++token) {
                sum += C(row, token) * transposed_entry(C(col, token));
            }
            G(row, col) = sum;
            if (row != col) {
                G(col, row) = transposed_entry(sum);
            }
        }
    }
    return G;
}

/// The query tokens after one head: q + P W_V G W_K^T W_Q q [token_dim x query].
///
/// Source: [vonOswald2023] eq. (2), re-associated. Exactness: identical to the layer's query tokens in exact arithmetic;
/// in floating point within the bound that `agree` derives for it.
/// Cost: (4 key_dim token_dim + token_dim^2) query multiplications beyond G. Errors: shapes that do not fit do not
/// compile. Test: tests/static/plan.cpp (identical to the definition).
template <TokenShape Shape, class Number, int KeyDim, int ValueDim, AnyMatrix Gram, AnyMatrix Query>
[[nodiscard]] constexpr auto updated_query(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                           Gram const& G, Query const& q)
    -> Matrix<NumberOf<Query>, rows_of<Query>, cols_of<Query>> {
    auto const key = product(transpose(layer.key), product(layer.query, q));
    return q + product(layer.output, product(layer.value, product(G, key)));
}

/// The query tokens after several heads: the heads' changes summed.
template <class... Heads, AnyMatrix Gram, AnyMatrix Query>
[[nodiscard]] constexpr auto updated_query(MultiHeadAttention<Heads...> const& layer, Gram const& G, Query const& q)
    -> Matrix<NumberOf<Query>, rows_of<Query>, cols_of<Query>> {
    Matrix<NumberOf<Query>, rows_of<Query>, cols_of<Query>> sum = q;
    boost::hana::for_each(layer.heads, [&](auto const& head) { sum += updated_query(head, G, q) - q; });
    return sum;
}

/// The query tokens of layer(prompt), computed the short way.
template <class Layer, TokenShape Shape, class Number>
    requires requires(Layer const& layer, Prompt<Shape, Number> const& prompt) {
        updated_query(layer, gram(prompt.context), prompt.query);
    }
[[nodiscard]] constexpr auto updated_query(Layer const& layer, Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Shape, Number>();
    return updated_query(layer, gram(prompt.context), prompt.query);
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
