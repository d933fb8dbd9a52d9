// SPDX-License-Identifier: MIT
/// @file
/// One layer of linear self-attention.
///
///     token <- token + F token,     F = P (W_V C) (W_K C)^T W_Q
///
/// Keys and values are read from the context C only; every token, the query tokens included, is updated by the same
/// "fast weights" F. Softmax attention without its softmax, [vonOswald2023] eq. (1) and (2).
#pragma once

#include <boost/hana/define_struct.hpp>
#include <boost/hana/drop_front.hpp>
#include <boost/hana/fold_left.hpp>
#include <boost/hana/front.hpp>
#include <boost/hana/tuple.hpp>

#include <concepts>

#include "incontext/matrix/matrix.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

struct the_query_projection_W_Q;
struct the_key_projection_W_K;
struct the_value_projection_W_V;
struct the_output_projection_P;

/// token <- token + F token for every token of a prompt.
///
/// Shapes: F [token_dim x token_dim]. Exactness: one product and one sum per token.
/// Cost: token_dim^2 sequence_length multiplications. Errors: none. Test: tests/static/proposition_1.cpp.
template <AnyMatrix FastWeights, TokenShape Shape, class Number>
[[nodiscard]] constexpr Prompt<Shape, Number> with_fast_weights(FastWeights const& F,
                                                                Prompt<Shape, Number> const& prompt) {
    return {.context = plus_product(prompt.context, F, prompt.context),
            .query = plus_product(prompt.query, F, prompt.query)};
}

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
/// Exactness: that of Number. Cost: token_dim^2 (5 context + query + token_dim) multiplications if key_dim = value_dim
/// = token_dim. Errors: wrong shapes, numbers or dimensions do not compile (tests/compile_fail).
/// Test: tests/static/proposition_1.cpp, tests/unit/linear_self_attention.cpp (against the sum over heads and tokens).
template <TokenShape Shape, class Number, int KeyDim = TokenDim<Shape>::value, int ValueDim = TokenDim<Shape>::value>
struct LinearSelfAttention {
    static_assert(is_valid_shape<Shape>, "the sizes are listed in the first error");
    static_assert(every_dimension_must_be_positive<KeyDim, ValueDim>::value, "the sizes are listed in the first error");

    static constexpr TokenShape shape = Shape;
    using Scalar = Number;
    template <class Other>
    using with_number = LinearSelfAttention<Shape, Other, KeyDim, ValueDim>;

    using QueryProjection = Placed<the_query_projection_W_Q, Number, KeyDim, Shape.token_dim>;
    using KeyProjection = Placed<the_key_projection_W_K, Number, KeyDim, Shape.token_dim>;
    using ValueProjection = Placed<the_value_projection_W_V, Number, ValueDim, Shape.token_dim>;
    using OutputProjection = Placed<the_output_projection_P, Number, Shape.token_dim, ValueDim>;

    BOOST_HANA_DEFINE_STRUCT(LinearSelfAttention,
        (QueryProjection, query),
        (KeyProjection, key),
        (ValueProjection, value),
        (OutputProjection, output));

    /// F = P (W_V C) (W_K C)^T W_Q [token_dim x token_dim].
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights(Context const& C) const {
        return product(output, product(value, C), transpose(product(key, C)), query);
    }

    /// token <- token + F token.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Shape, Number, Given, PromptNumber>();
        return with_fast_weights(fast_weights(prompt.context), prompt);
    }
};

/// Several heads, possibly of unlike key and value dimensions: F = sum over heads of F_h.
///
/// Source: [vonOswald2023] eq. (1). Exactness, cost: the sum of the heads'. Errors: heads of different token shapes or
/// numbers do not compile. Test: tests/unit/linear_self_attention.cpp.
template <class FirstHead, class... Heads>
struct MultiHeadAttention {
    static constexpr TokenShape shape = FirstHead::shape;
    using Scalar = typename FirstHead::Scalar;
    static_assert(((Heads::shape == shape) && ...), "the heads of one layer must have the same token shape");
    static_assert((std::same_as<typename Heads::Scalar, Scalar> && ...),
                  "the heads of one layer must hold the same numbers");
    template <class Other>
    using with_number = MultiHeadAttention<typename FirstHead::template with_number<Other>,
                                           typename Heads::template with_number<Other>...>;

    using HeadTuple = boost::hana::tuple<FirstHead, Heads...>;
    BOOST_HANA_DEFINE_STRUCT(MultiHeadAttention, (HeadTuple, heads));

    /// F = sum over h of P_h (W_V,h C) (W_K,h C)^T W_Q,h [token_dim x token_dim].
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights(Context const& C) const {
        using FastWeights = decltype(boost::hana::front(heads).fast_weights(C));
        return boost::hana::fold_left(
            boost::hana::drop_front(heads), boost::hana::front(heads).fast_weights(C),
            [&](FastWeights const& sum, auto const& head) -> FastWeights { return sum + head.fast_weights(C); });
    }

    /// token <- token + F token.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<shape, Scalar, Given, PromptNumber>();
        return with_fast_weights(fast_weights(prompt.context), prompt);
    }
};

/// The layer of these heads.
template <class... Heads>
[[nodiscard]] constexpr MultiHeadAttention<Heads...> heads(Heads const&... head) {
    return {.heads = boost::hana::make_tuple(head...)};
}

}  // namespace incontext
