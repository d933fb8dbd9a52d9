// SPDX-License-Identifier: MIT
/// @file
/// Merged projections: the two products that a head of linear attention consists of.
///
///     W_KQ = W_K^T W_Q     W_PV = P W_V     F = W_PV (C C^T) W_KQ
///
/// Weights change once per step of training, prompts 2,048 times: a layer that keeps the products instead of the four
/// projections saves most of the work of making F. Where a token is large beside the context F itself is not worth making:
///
///     token <- token + W_PV (C (C^T (W_KQ token)))
///
/// attends by scores, as softmax attention must. The sizes decide, while compiling.
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

/// Whether all tokens of a prompt are updated with fewer multiplications by scores than by F:
/// H (2 t^2 + 2 t n)(n + q) < t (t+1)/2 n + 2 H t^3 + t^2 (n + q), as plan/operation_count.hpp counts them.
/// Test: tests/unit/operation_count.cpp.
[[nodiscard]] constexpr bool scores_pay(TokenShape shape, int heads) {
    long const t = shape.token_dim;
    long const n = shape.context;
    long const tokens = n + shape.query;
    return heads * 2 * t * (t + n) * tokens < t * (t + 1) / 2 * n + heads * 2 * t * t * t + t * t * tokens;
}

template <TokenShape Shape, class Number, int Heads>
struct MergedAttention;
template <TokenShape Shape, class Number, int Heads, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> with_scores(MergedAttention<Shape, Number, Heads> const& layer,
                                                                Prompt<Given, PromptNumber> const& prompt);

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

    /// token <- token + F token, by F or by scores, whichever takes fewer multiplications.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Shape, Number, Given, PromptNumber>();
        if constexpr (scores_pay(Given, Heads)) {
            return with_scores(*this, prompt);
        } else {
            return with_fast_weights(fast_weights(prompt.context), prompt);
        }
    }
};

/// Tokens T [token_dim x any number] after a head's two products: T + W_PV M(W_KQ T), where M(key) = C C^T key.
///
/// Exactness: identical to T + F T in exact arithmetic. Cost: 2 token_dim^2 per token, and M. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number, class TimesMoments, AnyMatrix Tokens>
[[nodiscard]] constexpr auto updated_with(MergedProjections<Shape, Number> const& head,
                                          TimesMoments const& times_moments, Tokens const& T)
    -> Matrix<NumberOf<Tokens>, rows_of<Tokens>, cols_of<Tokens>> {
    return plus_product(T, head.output_value, times_moments(product(head.key_query, T)));
}

/// The same after several heads: T + sum over heads of W_PV M(W_KQ T).
template <TokenShape Shape, class Number, int Heads, class TimesMoments, AnyMatrix Tokens>
[[nodiscard]] constexpr auto updated_with(MergedAttention<Shape, Number, Heads> const& layer,
                                          TimesMoments const& times_moments, Tokens const& T)
    -> Matrix<NumberOf<Tokens>, rows_of<Tokens>, cols_of<Tokens>> {
    namespace hana = boost::hana;
    using Updated = Matrix<NumberOf<Tokens>, rows_of<Tokens>, cols_of<Tokens>>;
    return hana::fold_left(
        hana::drop_front(layer.heads), updated_with(hana::front(layer.heads), times_moments, T),
        [&](Updated const& sum, auto const& head) -> Updated {
            return plus_product(sum, head.output_value, times_moments(product(head.key_query, T)));
        });
}

/// Every token attends by its scores C^T W_KQ token, and F is never made.
///
/// Exactness: identical to with_fast_weights in exact arithmetic. Cost: (2 token_dim^2 + 2 token_dim context) per token and
/// head. Test: tests/static/plan.cpp.
template <TokenShape Shape, class Number, int Heads, TokenShape Given, class PromptNumber>
[[nodiscard]] constexpr Prompt<Given, PromptNumber> with_scores(MergedAttention<Shape, Number, Heads> const& layer,
                                                                Prompt<Given, PromptNumber> const& prompt) {
    auto const& C = prompt.context;
    auto const times_moments = [&](auto const& key) { return product(C, product_of_transpose(C, key)); };
    return {.context = updated_with(layer, times_moments, C),
            .query = updated_with(layer, times_moments, prompt.query)};
}

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
