// SPDX-License-Identifier: MIT
/// @file
/// A prompt whose context is known by its gram matrix: all that linear layers need, at every depth.
///
///     G = C C^T          F = P W_V G W_K^T W_Q          G <- (I + F) G (I + F)^T          q <- (I + F) q
///
/// The context becomes (I + F) C, so its gram matrix becomes (I + F) C C^T (I + F)^T. After the one pass over the context
/// that makes G, the cost of every further layer does not depend on the context's length.
#pragma once

#include <cstddef>
#include <type_traits>

#include "incontext/attention/by_scores.hpp"
#include "incontext/attention/linear_layer.hpp"
#include "incontext/matrix/gram.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

struct the_gram_matrix_of_a_context;

/// G and the query tokens. Source: derived here from [vonOswald2023] eq. (2). Test: tests/static/stack.cpp.
template <TokenShape Shape, class Number>
struct GramPrompt {
    using Scalar = Number;

    Matrix<Number, Shape.token_dim, Shape.token_dim> gram;  // G = C C^T
    Matrix<Number, Shape.token_dim, Shape.query> query;

    template <class Square, class Tokens>
    constexpr GramPrompt(Square const& G, Tokens const& q)
        : gram(fitting<the_gram_matrix_of_a_context, Number, Shape.token_dim, Shape.token_dim>(G)),
          query(fitting<PlaceOfTokens<the_query_of_a_prompt, Shape>, Number, Shape.token_dim, Shape.query>(q)) {}
    constexpr explicit GramPrompt(Prompt<Shape, Number> const& prompt)
        : gram(incontext::gram(prompt.context)), query(prompt.query) {}
};

/// The same in other numbers, as of a prompt. Exactness: that of convert. Test: tests/unit/range.cpp.
template <class To, TokenShape Shape, class Number, class Convert>
[[nodiscard]] constexpr GramPrompt<Shape, To> converted(GramPrompt<Shape, Number> const& prompt,
                                                        Convert const& convert) {
    return {converted<To>(prompt.gram, convert), converted<To>(prompt.query, convert)};
}

/// One linear layer: G <- (I + F) G (I + F)^T, q <- (I + F) q.
///
/// Exactness: the gram matrix and the query tokens of the updated prompt in exact arithmetic; where P W_V G overflows they are not finite.
/// Cost: F, and token_dim^2 (2 token_dim + query) multiplications. Errors: a layer that is not linear does not compile.
/// Test: tests/static/stack.cpp.
template <LinearLayer Layer, TokenShape Shape, class Number>
[[nodiscard]] constexpr GramPrompt<Shape, Number> updated(Layer const& layer, GramPrompt<Shape, Number> const& prompt) {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Shape, Number>();
    auto const F = layer.fast_weights_of_gram(prompt.gram);
    Matrix<Number, Shape.token_dim, Shape.token_dim> const moved = plus_product(prompt.gram, F, prompt.gram);
    return {moved + product_with_transpose(moved, F), plus_product(prompt.query, F, prompt.query)};
}

/// F = P W_V (G W_K^T W_Q), keys and queries first.
///
/// P W_V G holds rate y y^T, which leaves the range before it meets the zeros of W_K^T W_Q. This does not.
/// Exactness: identical to the layer's F in exact arithmetic. Cost: of one head 3 token_dim^3 multiplications where its
/// projections are merged, else 5. Test: tests/static/plan.cpp, tests/unit/range.cpp.
inline constexpr auto fast_weights_by_keys = []<class Layer>(Layer const& layer, auto const& prompt) {
    using Square = std::remove_cvref_t<decltype(prompt.gram)>;
    auto const I = identity<NumberOf<Square>, rows_of<Square>>();
    Square F = zero<NumberOf<Square>, rows_of<Square>>();
    auto&& heads = heads_of(layer);
    for_each_element<static_cast<std::size_t>(Layer::head_count)>(
        [&](auto const& head) {
            F = head.template plus_output<QueryTokens>(F, product(prompt.gram, head.score_direction(I)));
        },
        heads);
    return F;
};
/// F = (P W_V G) W_K^T W_Q, and where that is not finite F by keys; lane by lane. Test: tests/unit/range_far_apart.cpp.
template <LinearLayer Layer, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto fast_weights_in_range(Layer const& layer, GramPrompt<Shape, Number> const& prompt) {
    auto F = layer.fast_weights_of_gram(prompt.gram);
    fall_back_on(fast_weights_by_keys, layer, prompt, F, F);
    return F;
}

/// The asked rows of q + (P W_V G W_K^T W_Q) q.
template <class Asked>
inline constexpr auto answering_by_fast_weights_of_gram = [](auto const& layer, auto const& prompt) {
    return answer_with_fast_weights<Asked>(fast_weights_in_range(layer, prompt), prompt.query);
};

/// What is asked of the query tokens after one more linear layer, of which nothing else is wanted. Where G d overflows
/// or loses digits below the normal numbers, by F = (P W_V G) W_K^T W_Q, and where that is not finite by P W_V (G W_K^T W_Q).
template <class Asked, LinearLayer Layer, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto answer(Layer const& layer, GramPrompt<Shape, Number> const& prompt)
    -> Answer<Asked, Shape, Number> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Shape, Number>();
    auto const form = [&](auto const& T) -> Answer<Asked, Shape, Number> {
        return updated_with<Asked>(
            layer, [&](auto const& d) { return product(prompt.gram, d); }, T);
    };
    Answer<Asked, Shape, Number> result = form(prompt.query);
    fall_back_on(answering_by_fast_weights_of_gram<Asked>, layer, prompt, result, result,
                 range::of_gram(prompt.gram, prompt.query, form));
    return result;
}

}  // namespace incontext
