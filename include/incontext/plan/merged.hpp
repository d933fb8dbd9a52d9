// SPDX-License-Identifier: MIT
/// @file
/// Merged projections: the two products that a head of linear attention consists of.
///
///     W_KQ = W_K^T W_Q     W_PV = P W_V     F = W_PV (C C^T) W_KQ
///
/// Weights change once per step of training, prompts 2,048 times: a layer that keeps the products instead of the four
/// projections saves most of the work of making F.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <boost/hana/drop_front.hpp>
#include <boost/hana/fold_left.hpp>
#include <boost/hana/front.hpp>
#include <boost/hana/transform.hpp>

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/plan/gram.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// W_KQ = W_K^T W_Q and W_PV = P W_V, both [token_dim x token_dim]. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number>
struct MergedProjections {
    using Product = Matrix<Number, Shape.token_dim, Shape.token_dim>;
    BOOST_HANA_DEFINE_STRUCT(MergedProjections,
        (Product, key_query),
        (Product, output_value));

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
    return {.key_query = product_of_transpose(head.key, head.query),
            .output_value = product(head.output, head.value)};
}

/// A layer of linear self-attention that holds the products of each head: F = sum over heads of W_PV (C C^T) W_KQ.
///
/// Exactness: identical to the layer it was made from in exact arithmetic. Cost: OperationCount (plan/operation_count.hpp).
/// Errors: as LinearSelfAttention. Test: tests/static/plan.cpp (identical to the definition).
template <TokenShape Shape, class Number, int Heads = 1>
struct MergedAttention {
    static constexpr TokenShape shape = Shape;
    using Scalar = Number;
    template <class Other>
    using with_number = MergedAttention<Shape, Other, Heads>;

    using HeadTuple = TupleOf<MergedProjections<Shape, Number>, Heads>;
    BOOST_HANA_DEFINE_STRUCT(MergedAttention, (HeadTuple, heads));

    /// F = sum over heads of W_PV (C C^T) W_KQ [token_dim x token_dim].
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights(Context const& C) const {
        return fast_weights_of_moments(*this, gram(C));
    }

    /// token <- token + F token.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Shape, Number, Given, PromptNumber>();
        return with_fast_weights(fast_weights(prompt.context), prompt);
    }
};

/// F of a context whose moments are G = C C^T. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number, int Heads, AnyMatrix Gram>
[[nodiscard]] constexpr auto fast_weights_of_moments(MergedAttention<Shape, Number, Heads> const& layer, Gram const& G)
    -> Gram {
    namespace hana = boost::hana;
    auto const of_head = [&](auto const& head) -> Gram { return product(head.output_value, G, head.key_query); };
    return hana::fold_left(hana::drop_front(layer.heads), of_head(hana::front(layer.heads)),
                           [&](Gram const& sum, auto const& head) -> Gram { return sum + of_head(head); });
}

/// The layer with its products in place of its projections.
///
/// Exactness: one rounding per operation. Cost: two products of token dimension per head. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
[[nodiscard]] constexpr MergedAttention<Shape, Number> merged_layer(
    LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& head) {
    return {.heads = boost::hana::make_tuple(merged(head))};
}
template <class... Heads>
[[nodiscard]] constexpr auto merged_layer(MultiHeadAttention<Heads...> const& layer)
    -> MergedAttention<MultiHeadAttention<Heads...>::shape, typename MultiHeadAttention<Heads...>::Scalar,
                       static_cast<int>(sizeof...(Heads))> {
    return {.heads = boost::hana::transform(layer.heads, [](auto const& head) { return merged(head); })};
}

}  // namespace incontext
