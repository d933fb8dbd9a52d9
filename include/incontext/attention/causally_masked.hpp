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
/// Exactness: that of its numbers; later tokens that are not finite, and scores that overflow or lose digits below the normal numbers, are
/// not seen in what a context token becomes (pass/range.hpp: then it is answered by the fast weights of those that it sees).
/// Cost: where key_dim and value_dim are token_dim, 4 token_dim^2 context + 2 token_dim context^2
/// multiplications, and for the query tokens those of fast_weights and token_dim^2 query. Errors: as the layer's; entries of
/// scores are set to 0, so that statements about it are asked at given sizes (identical) and not of symbols. It trains
/// by dual numbers. Test: tests/static/online_causal_prompts.cpp, tests/unit/online_attention.cpp.
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
        using Context = Matrix<PromptNumber, Given.token_dim, Given.context>;
        auto const by_masked_scores = [&](Context const& T) -> Context {
            auto scores = product_of_transpose(C, layer.score_direction(T));  // of key j and query i in (j, i)
            for (int i = 0; i < Given.context; ++i) {
                for (int j = Sees == Mask::earlier ? i : i + 1; j < Given.context; ++j) {
                    scores(j, i) = PromptNumber(0);
                }
            }
            return layer.template plus_output<QueryTokens>(T, product(C, scores));
        };
        Prompt<Given, PromptNumber> result{
            .context = made_by([&] { return by_masked_scores(C); }),
            .query = made_by([&] { return plus_product(prompt.query, layer.fast_weights(C), prompt.query); })};
        constexpr auto context_by_values = [](auto const& masked, auto const& of) {
            return masked.context_by_values(of.context);
        };
        fall_back_on(context_by_values, *this, prompt, result.context, result.context,
                     range::of_context(C, C, by_masked_scores));
        return result;
    }

    /// The context tokens in the order of the definition: each by the fast weights of those that it sees.
    /// Exactness: identical to theirs in exact arithmetic. Cost: that of fast_weights, once for each token.
    /// Test: tests/unit/online_attention.cpp.
    template <AnyMatrix Context>
    [[nodiscard]] constexpr Context context_by_values(Context const& C) const {
        using Token = Matrix<NumberOf<Context>, rows_of<Context>, 1>;
        auto seen = zero<NumberOf<Context>, rows_of<Context>, cols_of<Context>>();
        auto token = zero<NumberOf<Context>, rows_of<Context>, 1>();
        Context result = C;
        for (int i = 0; i < cols_of<Context>; ++i) {
            auto const see = [&] {
                for (int row = 0; row < rows_of<Context>; ++row) {
                    seen(row, i) = C(row, i);
                }
            };
            if constexpr (Sees == Mask::earlier_and_itself) {
                see();
            }
            for (int row = 0; row < rows_of<Context>; ++row) {
                token(row, 0) = C(row, i);
            }
            Token const updated = plus_product(token, layer.fast_weights(seen), token);
            for (int row = 0; row < rows_of<Context>; ++row) {
                result(row, i) = updated(row, 0);
            }
            if constexpr (Sees == Mask::earlier) {
                see();
            }
        }
        return result;
    }
};

}  // namespace incontext
