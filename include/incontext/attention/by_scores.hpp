// SPDX-License-Identifier: MIT
/// @file
/// Attention token by token: what a head does by the scores of a token, with or without a softmax between them and the values.
///
///     d = W_K^T W_Q t        s = C^T d        w = weights of s        g = C w        t <- t + P W_V g, summed over heads
///
/// C [token_dim x context] are the context tokens, t a token that is updated, d its score direction. In linear attention the
/// weights are the scores themselves; softmax attention (attention/softmax_attention.hpp) has them sum to one. The map from
/// scores to weights is the only difference, so pass and pullback are written once, over a **score map**:
///
///     Map::Kept<Number, Context, Tokens>   a struct with `weights` [context x tokens], and whatever the pullback wants
///     map.keep(scores, kept)               fills one
///     map.back(kept, weights_)             the scores' cotangent from that of the weights
///
/// A head has `score_direction`, `plus_output`, `back_through_score_direction` and `back_through_output`
/// (attention/linear_self_attention.hpp, plan/merged.hpp).
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include "incontext/matrix/matrix.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The heads of a layer, side by side: its array or tuple of heads, or the layer itself where it is one head.
template <class Layer>
[[nodiscard]] constexpr decltype(auto) heads_of(Layer& layer) {
    if constexpr (requires { layer.heads; }) {
        return (layer.heads);
    } else {
        return std::span<Layer, 1>(&layer, 1);
    }
}

/// The asked rows of T + sum over heads of P W_V M(W_K^T W_Q T), for tokens T and M(d) = C w(C^T d), however that is made.
///
/// Source: [vonOswald2023] eq. (1) and (2), associated from the right. Shapes: T [token_dim x tokens]. Exactness: for linear
/// attention identical to T + F T in exact arithmetic; in floating point within the bound that `agree` derives. Cost: M, and
/// the projections of the tokens. Test: tests/static/plan.cpp, tests/static/softmax_attention.cpp.
template <class Asked = QueryTokens, class Layer, class Attended, AnyMatrix Tokens>
[[nodiscard]] constexpr auto updated_with(Layer const& layer, Attended const& attended, Tokens const& T) {
    constexpr TokenShape shape = Layer::shape;
    using Rows = Matrix<NumberOf<Tokens>, Asked::template rows<shape>, cols_of<Tokens>>;
    auto const after_head = [&](auto const& head, auto const& sum) -> Rows {
        return head.template plus_output<Asked>(sum, attended(head.score_direction(T)));
    };
    auto const& heads = heads_of(layer);
    Rows sum = after_head(element<0>(heads), asked_rows<Asked, shape>(T));
    [&]<std::size_t... Head>(std::index_sequence<Head...>) {
        ((sum = after_head(element<Head + 1>(heads), sum)), ...);
    }
    (std::make_index_sequence<static_cast<std::size_t>(Layer::head_count - 1)>{});
    return sum;
}

/// The score map of linear attention: a weight is a score. Exact.
struct ScoresAsWeights {
    template <class Number, int Context, int Tokens>
    struct Kept {
        Matrix<Number, Context, Tokens> weights;
    };
    /// The weights are the scores, and so are their cotangents. Exact.
    template <class AKept, AnyMatrix Weights>
    [[nodiscard]] static constexpr Weights const& back(AKept const&, Weights const& weights_) {
        return weights_;
    }
    template <AnyMatrix Scores>
    static constexpr void keep(Scores const& scores, Kept<NumberOf<Scores>, rows_of<Scores>, cols_of<Scores>>& kept) {
        kept.weights = scores;
    }
};

// ------------------------------------------------------------------------------------------------ the pass by scores ----
//
//     forward, for each head                     backward, from the answer's y_
//     d = W_K^T W_Q t     s = C^T d              b = (P W_V)^T y_     w_ = C^T b     s_ = back(w_)     h = C s_
//     g = C w(s)          y = t + P W_V g        C_ = b w^T + d s_^T        t_ = y_ + (W_K^T W_Q)^T h
//
// Of P W_V the asked rows alone: the others move what nobody asked for, and their derivative is zero.

/// d, w and g of one head.
template <class ScoreMap, TokenShape Given, class Number, int Tokens>
struct KeptByScores {
    Matrix<Number, Given.token_dim, Tokens> direction;                       // d
    typename ScoreMap::template Kept<Number, Given.context, Tokens> scores;  // w
    Matrix<Number, Given.token_dim, Tokens> attended;                        // g
};

/// Runs the heads of a layer on tokens T: fills `kept`, one for each head, and adds to `answer`, which begins as the asked rows of T.
template <class Asked, class ScoreMap, class Layer, AnyMatrix Context, AnyMatrix Tokens, class Kept, AnyMatrix Rows>
constexpr void forward_by_scores(ScoreMap const& map, Layer const& layer, Context const& C, Tokens const& T, Kept& kept,
                                 Rows& answer) {
    auto const& heads = heads_of(layer);
    for_each_element<static_cast<std::size_t>(Layer::head_count)>(
        [&](auto const& head, auto& of_head) {
            of_head.direction = head.score_direction(T);
            map.keep(product_of_transpose(C, of_head.direction), of_head.scores);
            of_head.attended = product(C, of_head.scores.weights);
            answer = head.template plus_output<Asked>(answer, of_head.attended);
        },
        heads, kept);
}

/// The way back: adds to the gradient of each head and, where wanted, to the cotangents of context and tokens. That of the
/// tokens already holds the cotangent of what they were added to. Cost: 2 t n q and the head's, per head; for the prompt as much again.
template <class Asked, class Wanted, class ScoreMap, class Layer, AnyMatrix Context, AnyMatrix Tokens, class Kept,
          AnyMatrix Rows, class Gradient, class ByContext, class ByTokens>
constexpr void back_by_scores(Wanted wanted, ScoreMap const& map, Layer const& layer, Context const& C, Tokens const& T,
                              Kept const& kept, Rows const& cotangent, Gradient& gradient,
                              [[maybe_unused]] ByContext& by_context, ByTokens& by_tokens) {
    auto const& heads = heads_of(layer);
    auto&& gradients = heads_of(gradient);
    for_each_element<static_cast<std::size_t>(Layer::head_count)>(
        [&](auto const& head, auto& head_gradient, auto const& of_head) {
            auto const b = head.template back_through_output<Asked>(of_head.attended, cotangent, head_gradient);
            auto const weights_ = product_of_transpose(C, b);
            auto const& scores_ = map.back(of_head.scores, weights_);
            auto const h = product(C, scores_);
            if constexpr (Wanted::prompt) {
                add_product_with_transpose(by_context, b, of_head.scores.weights);
                add_product_with_transpose(by_context, of_head.direction, scores_);
            }
            head.back_through_score_direction(wanted, T, h, head_gradient, by_tokens);
        },
        heads, gradients, kept);
}

/// The cotangent of a prompt, where it is wanted: it begins as the cotangent of the answer, as
/// one of a prompt: what goes past the heads.
template <class Asked, class Wanted, TokenShape Given, class Number>
[[nodiscard]] constexpr auto cotangent_past_heads(Answer<Asked, Given, Number> const& cotangent) {
    if constexpr (Wanted::prompt) {
        return Prompt<Given, Number>(Asked::template lifted<Given, Number>(cotangent));
    } else {
        return UnwantedPrompt{};
    }
}

}  // namespace incontext
