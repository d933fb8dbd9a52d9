// SPDX-License-Identifier: MIT
/// @file
/// Softmax attention: the weights of the context tokens are positive and sum to one.
///
///     t <- t + sum over heads of P W_V C w,      w_i = E(u_i) / sum_j E(u_j),      u = C^T W_K^T W_Q t / sqrt(key_dim)
///
/// Keys and values are read from the context C only, as in linear attention; [vonOswald2023] eq. (1) with its softmax. The
/// heads are those of a layer of linear attention, so that whatever is known of projections (initialisation, merging, saving)
/// holds here, too: SoftmaxAttention<LinearSelfAttention<shape, float>>.
#pragma once

#include <concepts>

#include "incontext/attention/by_scores.hpp"
#include "incontext/attention/linear_layer.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/activation.hpp"
#include "incontext/number/function.hpp"
#include "incontext/number/number.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// 1 / sqrt(Square): a fraction where it is one. Exactness: a rounding where it is a fraction; else that of ReciprocalRoot, and
/// any number in the exact families (number/function.hpp). Test: tests/static/softmax_attention.cpp.
template <class Number, int Square>
[[nodiscard]] constexpr Number one_over_root() {
    constexpr int root = [] {
        int at = 1;
        for (; at * at < Square; ++at) {
        }
        return at;
    }();
    if constexpr (root * root == Square) {
        return Number(ratio<1, root>);
    } else if constexpr (requires { typename Number::Lane; }) {
        return Number(one_over_root<typename Number::Lane, Square>());
    } else {
        return value_of<ReciprocalRoot>(Number(Square));
    }
}

/// The score map of softmax: w_i = E(s_i / sqrt(ScaledBy)) / sum over j of E(s_j / sqrt(ScaledBy)), column by column.
///
/// Weight is E: any positive function with a derivative. exp, and what turns sums into products as it does, is asked at u - max u, which
/// changes no weight and cannot overflow: numbers of limited range, ErrorBound, and dual numbers over them, alone do so. A weight
/// says it of itself, `using turns_sums_into_products = MyWeight;`, and does not inherit it.
///     backward: u_i_ = E'(u_i)/sum E (w_i_ - sum_j w_j w_j_)
/// Exactness: in float a few roundings and those of E. Cost: an E and 2 multiplications for each entry (3 where E is
/// not exp), and a division for each column; backwards 3 multiplications for each entry. Errors, of exp: a
/// score that is NaN or +infinity makes all weights NaN, and so do scores that are all -infinity; one that is -infinity beside
/// others has the weight 0. Test: tests/static/softmax_attention.cpp,
/// tests/unit/token_wise.cpp, tests/unit/nonlinear_derivatives.cpp.
template <class Weight = Exponential, int ScaledBy = 1>
struct SoftmaxOfScores {
    /// The weights, and E'(u_i) / sum_j E(u_j), which for exp is the same.
    template <class Number, int Context, int Tokens>
    struct Kept {
        Matrix<Number, Context, Tokens> weights;
        Matrix<Number, Context, Tokens> slopes;
    };
    template <class Number, int Context, int Tokens>
        requires std::same_as<Weight, Exponential>
    struct Kept<Number, Context, Tokens> {
        Matrix<Number, Context, Tokens> weights;
    };

    template <AnyMatrix Scores>
    static constexpr void keep(Scores const& scores, Kept<NumberOf<Scores>, rows_of<Scores>, cols_of<Scores>>& kept) {
        using Number = NumberOf<Scores>;
        static_assert(an_activation_returns_its_value_and_derivative<Weight, Number>::value, "see the first error");
        constexpr int context = rows_of<Scores>;
        Number const scale = one_over_root<Number, ScaledBy>();
        kept.weights = scale * scores;
        for (int token = 0; token < cols_of<Scores>; ++token) {
            auto const u = [&](int i) -> Number& { return kept.weights(i, token); };
            if constexpr (is_shifted<Number>()) {
                auto greatest = ordered(u(0));
                for (int i = 1; i < context; ++i) {
                    greatest = larger(greatest, ordered(u(i)));
                }
                for (int i = 0; i < context; ++i) {
                    u(i) = u(i) - without_derivative<Number>(greatest);
                }
            }
            Number sum(0);
            for (int i = 0; i < context; ++i) {
                auto const at = Weight::at(u(i));
                u(i) = at.value;
                if constexpr (requires { kept.slopes; }) {
                    kept.slopes(i, token) = at.derivative;
                }
                sum += at.value;
            }
            Number const factor = Number(1) / sum;
            for (int i = 0; i < context; ++i) {
                u(i) = u(i) * factor;
                if constexpr (requires { kept.slopes; }) {
                    kept.slopes(i, token) = kept.slopes(i, token) * factor;
                }
            }
        }
    }

    /// The cotangents of the scores from those of the weights, by the formula of the header [context x tokens].
    template <class AKept, AnyMatrix Weights>
    [[nodiscard]] static constexpr auto back(AKept const& kept, Weights const& weights_) {
        using Number = NumberOf<Weights>;
        Number const scale = one_over_root<Number, ScaledBy>();
        Matrix<Number, rows_of<Weights>, cols_of<Weights>> scores_ = weights_;
        for (int token = 0; token < cols_of<Weights>; ++token) {
            Number mean(0);
            for (int i = 0; i < rows_of<Weights>; ++i) {
                mean += kept.weights(i, token) * scores_(i, token);
            }
            for (int i = 0; i < rows_of<Weights>; ++i) {
                Number const slope = [&] {
                    if constexpr (requires { kept.slopes; }) {
                        return kept.slopes(i, token);
                    } else {
                        return kept.weights(i, token);
                    }
                }();
                scores_(i, token) = scale * slope * (scores_(i, token) - mean);
            }
        }
        return scores_;
    }

  private:
    template <class Number>
    [[nodiscard]] static consteval bool is_shifted() {
        if constexpr (functions::is_dual<Number>) {
            return is_shifted<decltype(Number::value)>();
        } else {
            return (has_limited_range<Number> || functions::is_error_bound<Number>)&&requires {
                requires std::same_as<typename Weight::turns_sums_into_products, Weight>;
            };
        }
    }

    // A dual number is shifted by the greatest value, a constant: any shift changes no weight, nor its derivative.
    template <class Number>
    [[nodiscard]] static constexpr auto ordered(Number const& u) {
        if constexpr (functions::is_dual<Number>) {
            return ordered(u.value);
        } else {
            return u;
        }
    }
    template <class Number, class Value>
    [[nodiscard]] static constexpr Number without_derivative(Value const& value) {
        if constexpr (functions::is_dual<Number>) {
            using OfNumber = decltype(Number::value);
            return Number(without_derivative<OfNumber>(value), OfNumber(0));
        } else {
            return value;
        }
    }
};

/// Test: tests/compile_fail/softmax_of_no_heads.cpp.
template <class Layer>
struct softmax_attention_is_made_of_linear_heads {
    static_assert(never<Layer>,
                  "softmax attention takes its heads from a layer of linear attention: "
                  "SoftmaxAttention<LinearSelfAttention<...>>, or that of a MultiHeadAttention or MergedAttention");
};

/// The key_dim of a layer's heads: by its root the paper divides scores. 0 for heads of unlike key_dim, and for merged ones,
/// which do not know it: they say ScaledBy. Test: tests/compile_fail/softmax_of_unlike_keys.cpp.
template <class Layer>
[[nodiscard]] consteval int key_dimension_of() {
    if constexpr (!requires {
                      Layer::head_count;
                      Layer::shape.token_dim;
                  }) {
        static_cast<void>(softmax_attention_is_made_of_linear_heads<Layer>{});
        return 1;
    } else {
        constexpr auto of_head = []<class Head>(Head const& head) {
            if constexpr (requires { head.key; }) {
                return rows_of<decltype(head.key)>;
            } else {
                return 0;  // merged
            }
        };
        Layer const layer{};
        auto const& heads = heads_of(layer);
        int const first = of_head(element<0>(heads));
        bool same = true;
        for_each_element<static_cast<std::size_t>(Layer::head_count)>(
            [&](auto const& head) { same = same && of_head(head) == first; }, heads);
        return same ? first : 0;
    }
}
/// The key_dim that all heads of a layer have; 0 if they differ.
template <class Layer>
[[nodiscard]] consteval int key_dimension_in_any_numbers() {
    if constexpr (SaysItsNumbers<Layer>) {
        return key_dimension_of<typename Layer::template with_number<Modular>>();
    } else {
        static_cast<void>(softmax_attention_is_made_of_linear_heads<Layer>{});
        return 1;
    }
}
/// The same as a constant: what SoftmaxAttention is scaled by if nothing else is said.
template <class Layer>
inline constexpr int key_dimension = key_dimension_in_any_numbers<Layer>();

/// Test: tests/compile_fail/weights_of_no_head.cpp.
template <int Head, int Count>
struct a_head_has_a_number_below_their_count {
    static_assert(0 <= Head && Head < Count,
                  "the heads of a layer have the numbers 0, 1, ...: compare the number of the head, then the count of "
                  "heads, in this message");
    static constexpr bool value = true;
};

/// Softmax attention with the heads of a layer of linear attention.
///
/// Layer: LinearSelfAttention or MultiHeadAttention, or what they are merged to. Weight: E, any positive function with a
/// derivative. ScaledBy: the scores are divided by its root; the key_dim of the heads unless it is said, 1 for no division.
/// Source: [vonOswald2023] eq. (1) and app. A.9. Exactness, errors: as SoftmaxOfScores. Cost: 2 token_dim (key_dim + value_dim)
/// multiplications (2 token_dim^2 of merged heads), 2 token_dim context, and context times E, for each token and head. Test:
/// tests/static/softmax_attention.cpp (any E, by dual numbers), tests/unit/token_wise.cpp (against the sum over heads
/// and tokens in double).
template <class Layer, class Weight = Exponential, int ScaledBy = key_dimension<Layer>>
struct SoftmaxAttention {
    static_assert(
        ScaledBy > 0,
        "softmax attention divides its scores by the root of key_dim: heads of unlike key_dim, and merged ones, which "
        "no longer know theirs, need a positive third argument, SoftmaxAttention<Layer, Exponential, 11>, or "
        "fast_form of the softmax attention in the place of softmax attention of the fast_form");

    static constexpr TokenShape shape = Layer::shape;
    static constexpr int head_count = Layer::head_count;
    using Scalar = typename Layer::Scalar;
    using ScoreMap = SoftmaxOfScores<Weight, ScaledBy>;
    template <class Other>
    using with_number = SoftmaxAttention<typename Layer::template with_number<Other>, Weight, ScaledBy>;
    template <class Other>
    using with_layer = SoftmaxAttention<Other, Weight, ScaledBy>;

    Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &SoftmaxAttention::layer> {};

    /// The definition: every token, by the weights of its scores.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<shape, Scalar, Given, PromptNumber>();
        return {.context = made_by([&] { return updated(prompt.context, prompt.context); }),
                .query = made_by([&] { return updated(prompt.context, prompt.query); })};
    }

    /// A matrix of tokens is no prompt: one sentence.
    template <AnyMatrix Tokens>
    constexpr auto operator()(Tokens const&) const {
        return an_update_is_asked_with_a_prompt<SoftmaxAttention, Tokens>();
    }

    /// The weights [context x tokens] with which tokens attend to the context, of head number Head.
    template <int Head = 0, AnyMatrix Context, AnyMatrix Tokens>
    [[nodiscard]] constexpr auto weights(Context const& C, Tokens const& T) const
        -> Matrix<NumberOf<Tokens>, cols_of<Context>, cols_of<Tokens>> {
        static_assert(a_head_has_a_number_below_their_count<Head, head_count>::value, "see the first error");
        auto const& heads = heads_of(layer);
        return weights_of(product_of_transpose(C, element<Head>(heads).score_direction(T)));
    }

  private:
    template <AnyMatrix Scores>
    [[nodiscard]] static constexpr auto weights_of(Scores const& scores) {
        typename ScoreMap::template Kept<NumberOf<Scores>, rows_of<Scores>, cols_of<Scores>> kept;
        ScoreMap::keep(scores, kept);
        return kept.weights;
    }
    template <AnyMatrix Context, AnyMatrix Tokens>
    [[nodiscard]] constexpr auto updated(Context const& C, Tokens const& T) const {
        auto const attended = [&](auto const& d) { return product(C, weights_of(product_of_transpose(C, d))); };
        return updated_with<QueryTokens>(layer, attended, T);
    }
};

/// The layer with a softmax between its scores and its values.
template <class Weight = Exponential, class Layer>
[[nodiscard]] constexpr SoftmaxAttention<Layer, Weight> softmax_attention(Layer const& layer) {
    return {.layer = layer};
}

// --------------------------------------------------------------------------------------------------- the passes ----

/// Of each head what attention/by_scores.hpp keeps; for all tokens of the context tokens and of the query tokens.
template <class Asked, class Layer, TokenShape Given, class Number>
struct PassOfSoftmax {
    KeptByScores<typename Layer::ScoreMap, Given, Number, Given.query> heads[Layer::head_count];
    Answer<Asked, Given, Number> result;
};
template <class Layer, TokenShape Given, class Number>
struct PassOfSoftmax<AllTokens, Layer, Given, Number> {
    KeptByScores<typename Layer::ScoreMap, Given, Number, Given.context> of_context[Layer::head_count];
    KeptByScores<typename Layer::ScoreMap, Given, Number, Given.query> of_query[Layer::head_count];
    Prompt<Given, Number> result;
};

/// Whether a type is SoftmaxAttention itself. What is derived from it has its own operator(), and not this pass.
template <class T>
inline constexpr bool is_softmax_attention = false;
template <class Layer, class Weight, int ScaledBy>
inline constexpr bool is_softmax_attention<SoftmaxAttention<Layer, Weight, ScaledBy>> = true;

/// The pass by scores, with the weights that softmax makes of them.
template <class Asked, class Layer, TokenShape Given, class Number>
    requires is_softmax_attention<Layer>
[[nodiscard]] constexpr auto forward_pass(Asked, Layer const& softmax, Prompt<Given, Number> const& prompt)
    -> PassOfSoftmax<Asked, Layer, Given, Number> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Given, Number>();
    constexpr typename Layer::ScoreMap map;
    PassOfSoftmax<Asked, Layer, Given, Number> pass{};
    pass.result = Asked::of(prompt);
    if constexpr (std::same_as<Asked, AllTokens>) {
        auto const& C = prompt.context;
        forward_by_scores<QueryTokens>(map, softmax.layer, C, C, pass.of_context, pass.result.context);
        forward_by_scores<QueryTokens>(map, softmax.layer, C, prompt.query, pass.of_query, pass.result.query);
    } else {
        forward_by_scores<Asked>(map, softmax.layer, prompt.context, prompt.query, pass.heads, pass.result);
    }
    return pass;
}

/// The pullback of that pass: by_scores' with the score map's.
template <class Asked, class Wanted, class Layer, TokenShape Given, class Number, class Gradient>
    requires is_softmax_attention<Layer>
constexpr auto pull_back(Asked, Wanted wanted, Layer const& softmax, Prompt<Given, Number> const& prompt,
                         PassOfSoftmax<Asked, Layer, Given, Number> const& pass,
                         Answer<Asked, Given, Number> const& cotangent, Gradient& gradient) {
    constexpr typename Layer::ScoreMap map;
    auto const& C = prompt.context;
    auto const& Q = prompt.query;
    auto by_prompt = cotangent_past_heads<Asked, Wanted, Given, Number>(cotangent);
    auto& by_context = by_prompt.context;
    auto& by_query = by_prompt.query;
    if constexpr (std::same_as<Asked, AllTokens>) {
        back_by_scores<QueryTokens>(wanted, map, softmax.layer, C, C, pass.of_context, cotangent.context,
                                    gradient.layer, by_context, by_context);
        back_by_scores<QueryTokens>(wanted, map, softmax.layer, C, Q, pass.of_query, cotangent.query, gradient.layer,
                                    by_context, by_query);
    } else {
        back_by_scores<Asked>(wanted, map, softmax.layer, C, Q, pass.heads, cotangent, gradient.layer, by_context,
                              by_query);
    }
    return by_prompt;
}

}  // namespace incontext
