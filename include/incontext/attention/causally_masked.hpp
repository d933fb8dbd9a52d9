// SPDX-License-Identifier: MIT
/// @file
/// Linear self-attention with a causal mask: a context token sees those before it.
///
///     c_i <- c_i + P sum over j <= i of (W_V c_j) <W_K c_j, W_Q c_i>            query tokens see the whole context
///
/// Language models and other users of sequences are masked; [vonOswald2023] is not, as its context is a set. Token i is
/// then what the layer makes of a query token c_i whose context is the first i tokens: Prop. 1 on every prefix
/// (tests/static/online_causal_prompts.cpp), and the additive rule one token at a time (recurrence/online_attention.hpp).
#pragma once

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// What a context token sees. Only with `earlier` is its own target not among what it is told: what it becomes is then a
/// prediction made before the example is seen.
enum class Mask { earlier_and_itself, earlier };

/// A layer with one head, masked.
///
/// Layer: LinearSelfAttention, or another one with score_direction, plus_output and fast_weights. Shapes: of the layer.
/// Exactness: that of its numbers. Cost: where key_dim and value_dim are token_dim, 4 token_dim^2 context + 2 token_dim context^2
/// multiplications, and for the query tokens those of fast_weights and token_dim^2 query. Errors: as the layer's; entries of
/// scores are set to 0, so that statements about it are asked at given sizes (identical) and not of symbols. It trains
/// by dual numbers. Test: tests/static/online_causal_prompts.cpp.
template <class Layer, Mask Sees = Mask::earlier_and_itself>
struct CausallyMasked {
    static constexpr TokenShape shape = Layer::shape;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = CausallyMasked<typename Layer::template with_number<Other>, Sees>;

    Layer layer{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &CausallyMasked::layer> {};

    /// Every context token by those that it sees, every query token by all.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<shape, Scalar, Given, PromptNumber>();
        auto const& C = prompt.context;
        auto scores = product_of_transpose(C, layer.score_direction(C));  // of key j and query i in (j, i)
        for (int i = 0; i < Given.context; ++i) {
            for (int j = Sees == Mask::earlier ? i : i + 1; j < Given.context; ++j) {
                scores(j, i) = PromptNumber(0);
            }
        }
        auto const attended = product(C, scores);
        return {.context = made_by([&] { return layer.template plus_output<QueryTokens>(C, attended); }),
                .query = made_by([&] { return plus_product(prompt.query, layer.fast_weights(C), prompt.query); })};
    }
};

}  // namespace incontext
