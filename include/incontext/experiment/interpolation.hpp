// SPDX-License-Identifier: MIT
/// @file
/// The two products that a head of linear attention consists of, and the mean of two heads in them.
///
///     W_KQ = W_K^T W_Q     W_PV = P W_V     F = W_PV (C C^T) W_KQ
///
/// Two sets of projections can compute the same F and look unlike; in these products only one scale is left free
/// (W_KQ / b, b W_PV), which is fixed by making the mean of the first `input` diagonal entries of W_KQ one.
#pragma once

#include <cmath>
#include <stdexcept>

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/plan/merged.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// b = mean of the first `input` diagonal entries of W_KQ; (W_KQ / b, b W_PV). b may be negative: a trained layer finds
/// the minus sign of -I in either product.
///
/// Source: the reference's notebooks. Exactness: one rounding per entry. Errors: b = 0 or not finite throws
/// std::domain_error: the head attends to nothing that gradient descent uses. Test: tests/unit/interpolation.cpp.
template <Dimensions Sizes, class Number>
[[nodiscard]] MergedProjections<Sizes.tokens(), Number> normalised(
    MergedProjections<Sizes.tokens(), Number> const& products) {
    require_ieee_arithmetic<Number>();
    Number trace(0);
    for (int i = 0; i < Sizes.input; ++i) {
        trace += products.key_query(i, i);
    }
    Number const scale = trace / Number(Sizes.input);
    if (!(std::abs(scale) > 0) || !std::isfinite(scale)) {
        fail<std::domain_error>(
            "interpolation: the mean diagonal of W_K^T W_Q over the inputs is zero or not finite, so its scale cannot "
            "be "
            "fixed");
    }
    return {.key_query = products.key_query / scale, .output_value = products.output_value * scale};
}

/// The layer half way between two heads: both products, normalised, averaged.
///
/// Source: [vonOswald2023] sec. 3 ("interpolated"). Exactness, errors: as `normalised`.
/// Test: tests/unit/interpolation.cpp (b negative included).
template <Dimensions Sizes, class Number>
[[nodiscard]] LinearSelfAttention<Sizes.tokens(), Number> interpolated(
    LinearSelfAttention<Sizes.tokens(), Number> const& a, LinearSelfAttention<Sizes.tokens(), Number> const& b) {
    auto const first = normalised<Sizes, Number>(merged(a));
    auto const second = normalised<Sizes, Number>(merged(b));
    MergedProjections<Sizes.tokens(), Number> const middle{
        .key_query = (first.key_query + second.key_query) / Number(2),
        .output_value = (first.output_value + second.output_value) / Number(2)};
    return middle.layer();
}

}  // namespace incontext
