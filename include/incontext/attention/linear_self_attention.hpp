// SPDX-License-Identifier: MIT
/// @file
/// One layer of linear self-attention.
///
///     token <- token + F token,     F = P (W_V C) (W_K C)^T W_Q
///
/// Keys and values are read from the context C only; every token, the query tokens included, is updated by the same
/// "fast weights" F. Softmax attention without its softmax, [vonOswald2023] eq. (1) and (2).
#pragma once

#include <concepts>
#include <cstddef>

#include "incontext/attention/linear_layer.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

struct the_query_projection_W_Q;
struct the_key_projection_W_K;
struct the_value_projection_W_V;
struct the_output_projection_P;

/// One head of linear self-attention, which is a layer by itself.
///
///     F = P (W_V C) (W_K C)^T W_Q
///
/// | letter | member | shape                   |
/// |--------|--------|-------------------------|
/// | W_Q    | query  | [key_dim x token_dim]   |
/// | W_K    | key    | [key_dim x token_dim]   |
/// | W_V    | value  | [value_dim x token_dim] |
/// | P      | output | [token_dim x value_dim] |
///
/// Source: [vonOswald2023] eq. (2). Only the products P W_V and W_K^T W_Q matter: scaling one matrix by s and its
/// partner by 1/s changes nothing.
/// Exactness: that of Number; P W_V C is made first, and must be in its range (docs/design.md, Range). Cost: token_dim^2
/// (5 context + query + token_dim) multiplications if key_dim = value_dim = token_dim. Errors: wrong shapes, numbers or dimensions do not
/// compile (tests/compile_fail).
/// Test: tests/static/proposition_1.cpp, tests/unit/linear_self_attention.cpp (against the sum over heads and tokens).
template <TokenShape Shape, class Number, int KeyDim = TokenDim<Shape>::value, int ValueDim = TokenDim<Shape>::value>
struct LinearSelfAttention {
    static_assert(is_valid_shape<Shape>, "the sizes are listed in the first error");
    static_assert(every_dimension_must_be_positive<KeyDim, ValueDim>::value, "the sizes are listed in the first error");

    static constexpr TokenShape shape = Shape;
    static constexpr int head_count = 1;
    using Scalar = Number;
    template <class Other>
    using with_number = LinearSelfAttention<Shape, Other, KeyDim, ValueDim>;

    using QueryProjection = Placed<the_query_projection_W_Q, Number, KeyDim, Shape.token_dim>;
    using KeyProjection = Placed<the_key_projection_W_K, Number, KeyDim, Shape.token_dim>;
    using ValueProjection = Placed<the_value_projection_W_V, Number, ValueDim, Shape.token_dim>;
    using OutputProjection = Placed<the_output_projection_P, Number, Shape.token_dim, ValueDim>;

    QueryProjection query;
    KeyProjection key;
    ValueProjection value;
    OutputProjection output;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"query", "key", "value", "output">, &LinearSelfAttention::query,
                                &LinearSelfAttention::key, &LinearSelfAttention::value, &LinearSelfAttention::output> {
    };

    /// The same layer, of whose tokens less or more is known. Exact. Test: tests/unit/linear_self_attention.cpp.
    template <TokenShape Other>
        requires(Other != Shape && shapes_agree(Other, Shape))
    [[nodiscard]] constexpr operator LinearSelfAttention<Other, Number, KeyDim, ValueDim>() const {
        return {.query = query, .key = key, .value = value, .output = output};
    }

    /// F = P (W_V C) (W_K C)^T W_Q [token_dim x token_dim].
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights(Context const& C) const {
        return product(output, product(value, C), transpose(product(key, C)), query);
    }

    /// A whole prompt is no context: one sentence.
    template <TokenShape Given, class PromptNumber>
    constexpr auto fast_weights(Prompt<Given, PromptNumber> const&) const {
        return functions_of_matrices_are_given_matrices<Prompt<Given, PromptNumber>>();
    }

    /// token <- token + F token.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Shape, Number, Given, PromptNumber>();
        return with_fast_weights(fast_weights(prompt.context), prompt);
    }

    /// A matrix of tokens is no prompt: one sentence.
    template <AnyMatrix Tokens>
    constexpr auto operator()(Tokens const&) const {
        return an_update_is_asked_with_a_prompt<LinearSelfAttention, Tokens>();
    }

    // The other associations of F token, and the passes (attention/linear_layer.hpp).

    /// F = (P W_V) G (W_K^T W_Q) of a context with the gram matrix G [token_dim x token_dim]. Test: tests/static/stack.cpp.
    template <AnyMatrix Gram>
    [[nodiscard]] constexpr auto fast_weights_of_gram(Gram const& G) const -> Gram {
        return product(product(output, value), G, product_of_transpose(key, query));
    }

    /// d = W_K^T W_Q T of tokens T: their scores are C^T d [token_dim x tokens].
    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto score_direction(Tokens const& T) const {
        return product_of_transpose(key, product(query, T));
    }

    /// sum + P W_V g, the asked rows.
    template <class Asked, AnyMatrix Sum, AnyMatrix Attended>
    [[nodiscard]] constexpr auto plus_output(Sum const& sum, Attended const& g) const {
        return plus_product(sum, asked_rows<Asked, Shape>(output), product(value, g));
    }

    //     forward                     backward, from F_
    //     V = W_V C     K = W_K C     P_ = F_ (M W_Q)^T     W_Q_ = (P M)^T F_     M_ = P^T F_ W_Q^T
    //     M = V K^T                   V_ = M_ K             K_ = M_^T V
    //     F = P M W_Q                 W_V_ = V_ C^T         W_K_ = K_ C^T         C_ += W_V^T V_ + W_K^T K_

    template <class PromptNumber>
    struct KeptFastWeights {
        Matrix<PromptNumber, ValueDim, Shape.context> values;             // V
        Matrix<PromptNumber, KeyDim, Shape.context> keys;                 // K
        Matrix<PromptNumber, Shape.token_dim, KeyDim> output_of_memory;   // P M
        Matrix<PromptNumber, ValueDim, Shape.token_dim> memory_of_query;  // M W_Q
        Matrix<PromptNumber, Shape.token_dim, Shape.token_dim> fast_weights;
    };

    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto keep_fast_weights(Context const& C) const -> KeptFastWeights<NumberOf<Context>> {
        auto const V = product(value, C);
        auto const K = product(key, C);
        auto const M = product_with_transpose(V, K);
        auto const PM = product(output, M);
        return {.values = V,
                .keys = K,
                .output_of_memory = PM,
                .memory_of_query = product(M, query),
                .fast_weights = product(PM, query)};
    }

    /// Adds the derivatives with respect to the projections and, where wanted, to the context.
    template <class Wanted, class PromptNumber, AnyMatrix Context, AnyMatrix Square, class Gradient, class ByContext>
    constexpr void back_through_fast_weights(Wanted, KeptFastWeights<PromptNumber> const& kept, Context const& C,
                                             Square const& F_, Gradient& gradient,
                                             [[maybe_unused]] ByContext& by_context) const {
        auto const M_ = product_with_transpose(product_of_transpose(output, F_), query);
        auto const V_ = product(M_, kept.keys);
        auto const K_ = product_of_transpose(M_, kept.values);
        add_product_with_transpose(gradient.output, F_, kept.memory_of_query);
        add_product_of_transpose(gradient.query, kept.output_of_memory, F_);
        add_product_with_transpose(gradient.value, V_, C);
        add_product_with_transpose(gradient.key, K_, C);
        if constexpr (Wanted::prompt) {
            add_product_of_transpose(by_context, value, V_);
            add_product_of_transpose(by_context, key, K_);
        }
    }

    /// P_ and W_V_ from the cotangent c of the asked rows of P W_V g. Returns (P W_V)^T c.
    template <class Asked, AnyMatrix Attended, AnyMatrix Cotangent, class Gradient>
    [[nodiscard]] constexpr auto back_through_output(Attended const& g, Cotangent const& c, Gradient& gradient) const {
        auto const a = product_of_transpose(asked_rows<Asked, Shape>(output), c);
        add_to_asked_rows<Asked, Shape>(gradient.output, c, product(value, g));
        add_product_with_transpose(gradient.value, a, g);
        return product_of_transpose(value, a);
    }

    /// W_K_ and W_Q_ from the cotangent h of d = W_K^T W_Q T; adds (W_K^T W_Q)^T h to the tokens' where wanted.
    template <class Wanted, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient, class ByTokens>
    constexpr void back_through_score_direction(Wanted, Tokens const& T, Cotangent const& h, Gradient& gradient,
                                                [[maybe_unused]] ByTokens& by_tokens) const {
        auto const u_ = product(key, h);
        add_product_with_transpose(gradient.key, product(query, T), h);
        add_product_with_transpose(gradient.query, u_, T);
        if constexpr (Wanted::prompt) {
            add_product_of_transpose(by_tokens, query, u_);
        }
    }
};

/// Whether a type is one head, LinearSelfAttention.
template <class T>
inline constexpr bool is_head = false;
template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
inline constexpr bool is_head<LinearSelfAttention<Shape, Number, KeyDim, ValueDim>> = true;

/// Test: tests/compile_fail/heads_of_heads.cpp.
template <class Head>
struct a_head_is_one_linear_self_attention {
    static_assert(
        is_head<Head>,
        "every head of a layer is a LinearSelfAttention: of a layer that has several heads, give each of them "
        "(layer.heads[0], ...)");
    static constexpr bool value = true;
};

/// Several heads, possibly of unlike key and value dimensions: F = sum over heads of F_h.
///
/// Source: [vonOswald2023] eq. (1). Like heads are an array, unlike ones a hana::tuple. Exactness: that of the numbers. Cost: F of
/// each head, and token_dim^2 (context + query) once. Errors: heads of different token shapes or numbers do not compile. Test:
/// tests/unit/linear_self_attention.cpp.
template <class FirstHead, class... Heads>
struct MultiHeadAttention {
    static_assert((a_head_is_one_linear_self_attention<FirstHead>::value && ... &&
                   a_head_is_one_linear_self_attention<Heads>::value),
                  "see the first error");
    static constexpr TokenShape shape = shape_of_layers<FirstHead, Heads...>();
    static constexpr int head_count = 1 + static_cast<int>(sizeof...(Heads));
    using Scalar = typename FirstHead::Scalar;
    static_assert(((Heads::shape.without_split() == shape.without_split()) && ...),
                  "the heads of one layer must have the same token shape");
    static_assert((std::same_as<typename Heads::Scalar, Scalar> && ...),
                  "the heads of one layer must hold the same numbers");
    template <class Other>
    using with_number = MultiHeadAttention<typename FirstHead::template with_number<Other>,
                                           typename Heads::template with_number<Other>...>;

    using AllHeads = ArrayOrTuple<FirstHead, Heads...>;
    AllHeads heads;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"heads">, &MultiHeadAttention::heads> {};

    /// F = sum over h of P_h (W_V,h C) (W_K,h C)^T W_Q,h [token_dim x token_dim].
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights(Context const& C) const {
        return sum_over_heads([&](auto const& head) { return head.fast_weights(C); });
    }

    /// token <- token + F token.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<shape, Scalar, Given, PromptNumber>();
        return with_fast_weights(fast_weights(prompt.context), prompt);
    }

    /// A matrix of tokens is no prompt: one sentence.
    template <AnyMatrix Tokens>
    constexpr auto operator()(Tokens const&) const {
        return an_update_is_asked_with_a_prompt<MultiHeadAttention, Tokens>();
    }

    // As of one head.

    template <AnyMatrix Gram>
    [[nodiscard]] constexpr auto fast_weights_of_gram(Gram const& G) const -> Gram {
        return sum_over_heads([&](auto const& head) { return head.fast_weights_of_gram(G); });
    }
    template <class PromptNumber>
    struct KeptFastWeights {
        ArrayOrTuple<typename FirstHead::template KeptFastWeights<PromptNumber>,
                     typename Heads::template KeptFastWeights<PromptNumber>...>
            heads;
        Matrix<PromptNumber, shape.token_dim, shape.token_dim> fast_weights;
    };

    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto keep_fast_weights(Context const& C) const -> KeptFastWeights<NumberOf<Context>> {
        KeptFastWeights<NumberOf<Context>> kept{
            .heads = {}, .fast_weights = zero<NumberOf<Context>, shape.token_dim, shape.token_dim>()};
        for_each_element<count>(
            [&](auto const& head, auto& of_head) {
                of_head = head.keep_fast_weights(C);
                kept.fast_weights += of_head.fast_weights;
            },
            heads, kept.heads);
        return kept;
    }

    template <class Wanted, class Kept, AnyMatrix Context, AnyMatrix Square, class Gradient, class ByContext>
    constexpr void back_through_fast_weights(Wanted wanted, Kept const& kept, Context const& C, Square const& F_,
                                             Gradient& gradient, ByContext& by_context) const {
        for_each_element<count>(
            [&](auto const& head, auto const& of_head, auto& head_gradient) {
                head.back_through_fast_weights(wanted, of_head, C, F_, head_gradient, by_context);
            },
            heads, kept.heads, gradient.heads);
    }

  private:
    static constexpr auto count = static_cast<std::size_t>(head_count);

    template <class OfHead>
    [[nodiscard]] constexpr auto sum_over_heads(OfHead const& of_head) const {
        auto sum = of_head(element<0>(heads));
        [&]<std::size_t... Head>(std::index_sequence<Head...>) {
            ((sum += of_head(element<Head + 1>(heads))), ...);
        }
        (std::make_index_sequence<count - 1>{});
        return sum;
    }
};

/// The layer of these heads.
template <class... Heads>
[[nodiscard]] constexpr MultiHeadAttention<Heads...> heads(Heads const&... head) {
    return {.heads = {head...}};
}

/// Numbers between < and >: one sentence.
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto heads(Arguments const&...) {
    return a_layer_is_built_around_others_so<Arguments...>();
}

}  // namespace incontext
