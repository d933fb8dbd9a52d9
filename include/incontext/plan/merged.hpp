// SPDX-License-Identifier: MIT
/// @file
/// Merged projections: the two products that a head of linear attention consists of.
///
///     W_KQ = W_K^T W_Q     W_PV = P W_V     F = W_PV (C C^T) W_KQ
#pragma once

#include "incontext/attention/linear_self_attention.hpp"

namespace incontext {

/// W_KQ = W_K^T W_Q and W_PV = P W_V, both [token_dim x token_dim].
template <TokenShape Shape, class Number>
struct MergedProjections {
    Matrix<Number, Shape.token_dim, Shape.token_dim> key_query;
    Matrix<Number, Shape.token_dim, Shape.token_dim> output_value;

    /// The layer with these products: query = W_KQ, value = W_PV, key = output = I.
    [[nodiscard]] constexpr LinearSelfAttention<Shape, Number> layer() const {
        auto const I = identity<Number, Shape.token_dim>();
        return {.query = key_query, .key = I, .value = output_value, .output = I};
    }
};

/// The two products of a head. Exactness: one rounding per operation. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
[[nodiscard]] constexpr MergedProjections<Shape, Number> merged(
    LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& head) {
    return {.key_query = product(transpose(head.key), head.query), .output_value = product(head.output, head.value)};
}

}  // namespace incontext
