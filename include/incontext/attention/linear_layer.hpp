// SPDX-License-Identifier: MIT
/// @file
/// What every layer of linear attention has in common: token <- token + F token, in four associations of one formula.
///
///     F token  =  sum over heads of  P (W_V C)(W_K C)^T W_Q token         C [token_dim x context]
///
///     by fast weights   F is made, and applied to every token                                all tokens
///     by scores         P W_V (C (C^T d)),  d = W_K^T W_Q token: F is never made             a few tokens
///     by the gram       P W_V (G d),        G = C C^T made once for all heads and tokens     many queries or heads
///     as fast weights of the gram           F = P W_V G W_K^T W_Q                            attention/gram_prompt.hpp
///
/// d [token_dim x tokens] is the score direction of a token: its scores are C^T d. Which association runs is decided by
/// counting the multiplications of each. The two passes at the end are the pullbacks of the first two.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "incontext/attention/by_scores.hpp"
#include "incontext/matrix/gram.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/pass/operations.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// A layer of linear attention: it sees its context through F alone, and F through the gram matrix alone.
///
/// Models: LinearSelfAttention, MultiHeadAttention, MergedAttention. Test: tests/static/linear_layer.cpp.
template <class Layer>
concept LinearLayer = requires(
    Layer const& layer, Matrix<typename Layer::Scalar, Layer::shape.token_dim, Layer::shape.token_dim> const& G) {
    { Layer::head_count } -> std::convertible_to<int>;
    layer.keep_fast_weights(Matrix<typename Layer::Scalar, Layer::shape.token_dim, Layer::shape.context>{})
        .fast_weights;
    { layer.fast_weights_of_gram(G) } -> std::same_as<std::remove_cvref_t<decltype(G)>>;
};

template <LinearLayer Layer>
inline constexpr bool is_affine_in_query<Layer> = true;

/// token <- token + F token for every token of a prompt.
///
/// Shapes: F [token_dim x token_dim]. Exactness: one product and one sum per token.
/// Cost: token_dim^2 sequence_length multiplications. Errors: none. Test: tests/static/proposition_1.cpp.
template <AnyMatrix FastWeights, TokenShape Shape, class Number>
[[nodiscard]] constexpr Prompt<Shape, Number> with_fast_weights(FastWeights const& F,
                                                                Prompt<Shape, Number> const& prompt) {
    return {.context = made_by([&] { return plus_product(prompt.context, F, prompt.context); }),
            .query = made_by([&] { return plus_product(prompt.query, F, prompt.query); })};
}

/// F in the order of the definition, which has the greatest range: values first, then keys.
/// Exactness: identical to the layer's F in exact arithmetic. Test: tests/static/plan.cpp, tests/unit/range.cpp.
template <LinearLayer Layer, AnyMatrix Context>
[[nodiscard]] constexpr auto fast_weights_by_values(Layer const& layer, Context const& C) {
    if constexpr (requires { layer.fast_weights_by_values(C); }) {
        return layer.fast_weights_by_values(C);
    } else {
        return layer.fast_weights(C);
    }
}

/// All tokens by that F.
inline constexpr auto by_values = [](auto const& layer, auto const& prompt) {
    return with_fast_weights(fast_weights_by_values(layer, prompt.context), prompt);
};

/// All tokens by their scores. Exactness: identical to the layer in exact arithmetic; where a score or what is made of it
/// overflows, or loses digits below the normal numbers and the query tokens are small, the definition's answer. Test: tests/static/plan.cpp, tests/unit/range.cpp.
template <LinearLayer Layer, TokenShape Given, class Number>
[[nodiscard]] constexpr Prompt<Given, Number> with_scores(Layer const& layer, Prompt<Given, Number> const& prompt) {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Given, Number>();
    auto const& C = prompt.context;
    auto const by_scores = [&](auto const& d) { return product(C, product_of_transpose(C, d)); };
    auto const form = [&](auto const& T) { return updated_with(layer, by_scores, T); };
    Prompt<Given, Number> result{.context = made_by([&] { return form(C); }),
                                 .query = made_by([&] { return form(prompt.query); })};
    // Tokens of one prompt have one unit: where the query tokens are small all of them are asked for.
    fall_back_on(by_values, layer, prompt, result, result.context);
    fall_back_on(by_values, layer, prompt, result, result.query, range::of_context(C, C, form),
                 range::of_context(C, prompt.query, form));
    return result;
}

/// The asked rows of q + F q.
template <class Asked, AnyMatrix FastWeights, AnyMatrix Tokens>
[[nodiscard]] constexpr auto answer_with_fast_weights(FastWeights const& F, Tokens const& q) {
    constexpr TokenShape shape{.token_dim = rows_of<Tokens>, .context = 1};
    return plus_product(asked_rows<Asked, shape>(q), asked_rows<Asked, shape>(F), q);
}
/// A plan for `multiplications`: the answer by F.
template <class Asked>
inline constexpr auto answering_by_values = [](auto const& layer, auto const& prompt) {
    return answer_with_fast_weights<Asked>(fast_weights_by_values(layer, prompt.context), prompt.query);
};

/// The query tokens, or their targets, by their scores.
///
/// Exactness: identical to the layer's in exact arithmetic; where they overflow or lose digits, the definition's answer.
/// Test of both: tests/static/plan.cpp, tests/unit/range.cpp.
template <class Asked, LinearLayer Layer, TokenShape Given, class Number>
[[nodiscard]] constexpr auto answer_by_scores(Layer const& layer, Prompt<Given, Number> const& prompt)
    -> Answer<Asked, Given, Number> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Given, Number>();
    auto const& C = prompt.context;
    auto const form = [&](auto const& T) -> Answer<Asked, Given, Number> {
        return updated_with<Asked>(
            layer, [&](auto const& d) { return product(C, product_of_transpose(C, d)); }, T);
    };
    Answer<Asked, Given, Number> result = form(prompt.query);
    fall_back_on(answering_by_values<Asked>, layer, prompt, result, result, range::of_context(C, prompt.query, form));
    return result;
}
/// The same, by the gram matrix, which is made first.
template <class Asked, LinearLayer Layer, TokenShape Given, class Number>
[[nodiscard]] constexpr auto answer_by_gram(Layer const& layer, Prompt<Given, Number> const& prompt)
    -> Answer<Asked, Given, Number> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Given, Number>();
    auto const G = gram(prompt.context);
    auto const form = [&](auto const& T) -> Answer<Asked, Given, Number> {
        return updated_with<Asked>(
            layer, [&](auto const& d) { return product(G, d); }, T);
    };
    Answer<Asked, Given, Number> result = form(prompt.query);
    fall_back_on(answering_by_values<Asked>, layer, prompt, result, result, range::of_gram(G, prompt.query, form));
    return result;
}

/// What the counts choose from, as functions of a layer and a prompt.
namespace plans {

inline constexpr auto by_fast_weights = [](auto const& layer, auto const& prompt) {
    return with_fast_weights(layer.fast_weights(prompt.context), prompt);
};
inline constexpr auto by_scores = [](auto const& layer, auto const& prompt) { return with_scores(layer, prompt); };
template <class Asked>
inline constexpr auto answering_by_scores =
    [](auto const& layer, auto const& prompt) { return answer_by_scores<Asked>(layer, prompt); };
template <class Asked>
inline constexpr auto answering_by_gram =
    [](auto const& update, auto const& prompt) { return answer_by_gram<Asked>(update, prompt); };

}  // namespace plans

/// Whether all tokens are updated with fewer multiplications by scores than by F: where tokens are large beside the
/// context. Test: tests/unit/operations.cpp.
template <class Layer, TokenShape Given>
inline constexpr bool scores_pay =
    multiplications<Layer, Given>(plans::by_scores) < multiplications<Layer, Given>(plans::by_fast_weights);

/// Whether an answer takes fewer multiplications once G is made: where query tokens or heads are many.
/// Test: tests/unit/operations.cpp.
template <class Asked, class Layer, TokenShape Given>
inline constexpr bool gram_pays = multiplications<Layer, Given>(plans::answering_by_gram<Asked>) <
                                  multiplications<Layer, Given>(plans::answering_by_scores<Asked>);

/// The answer to what is asked of the query tokens: by the association that takes the fewest multiplications.
template <class Asked, LinearLayer Layer, TokenShape Given, class Number>
[[nodiscard]] constexpr auto answer(Asked, Layer const& layer, Prompt<Given, Number> const& prompt) {
    if constexpr (!prompt_fits<Layer::shape, typename Layer::Scalar, Given, Number>) {
        require_fitting_prompt<Layer::shape, typename Layer::Scalar, Given, Number>();
        return Answer<Asked, Given, Number>{};
    } else if constexpr (gram_pays<Asked, typename Layer::template with_number<Counted>, Given>) {
        return answer_by_gram<Asked>(layer, prompt);
    } else {
        return answer_by_scores<Asked>(layer, prompt);
    }
}

// ------------------------------------------------------------------------------------- the pass of all tokens, by F ----
//
//     forward                                   backward; a bar, written _, for "derivative of the loss with respect to"
//     C' = C + F C     Q' = Q + F Q             F_ = C'_ C^T + Q'_ Q^T     C_ = C'_ + F^T C'_ + ...     Q_ = Q'_ + F^T Q'_
//     F  from C: the layer's                    ... from F_: the layer's

/// What the layer keeps of F, and the updated prompt. Made in place.
template <LinearLayer Layer, TokenShape Given, class Number>
struct PassByFastWeights {
    using Kept =
        decltype(std::declval<Layer const&>().keep_fast_weights(std::declval<Prompt<Given, Number>>().context));
    Kept kept;
    Prompt<Given, Number> result;

    constexpr PassByFastWeights(Layer const& layer, Prompt<Given, Number> const& prompt)
        : kept(layer.keep_fast_weights(prompt.context)), result(with_fast_weights(kept.fast_weights, prompt)) {}
};

// Neither of these two is inlined: a model calls them for every layer, and programs have several models of one layer.
/// The pass of all tokens, by F.
template <LinearLayer Layer, TokenShape Given, class Number>
[[nodiscard, gnu::noinline]] constexpr auto forward_pass(AllTokens, Layer const& layer,
                                                         Prompt<Given, Number> const& prompt)
    -> PassByFastWeights<Layer, Given, Number> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Given, Number>();
    return {layer, prompt};
}

/// Exactness: exact in the exact family. Test of both pullbacks: tests/static/backpropagation.cpp.
/// Cost: t^2 (n + q) for F_, and the layer's; t^2 (n + q) more for the prompt (t token_dim, n context, q query).
template <class Wanted, LinearLayer Layer, TokenShape Given, class Number, class Gradient>
[[gnu::noinline]] constexpr auto pull_back(AllTokens, Wanted wanted, Layer const& layer,
                                           Prompt<Given, Number> const& prompt,
                                           PassByFastWeights<Layer, Given, Number> const& pass,
                                           Prompt<Given, Number> const& cotangent, Gradient& gradient) {
    using Square = Matrix<Number, Given.token_dim, Given.token_dim>;
    Square F_ = product_with_transpose(cotangent.context, prompt.context);
    add_product_with_transpose(F_, cotangent.query, prompt.query);
    if constexpr (Wanted::prompt) {
        auto const& F = pass.kept.fast_weights;
        auto const past_F = [&](auto const& tokens) { return plus_product_of_transpose(tokens, F, tokens); };
        return [&] {  // whose local variable g++ makes in the place of the result, unlike one of a block
            Prompt<Given, Number> by_prompt{.context = made_by([&] { return past_F(cotangent.context); }),
                                            .query = made_by([&] { return past_F(cotangent.query); })};
            layer.back_through_fast_weights(wanted, pass.kept, prompt.context, F_, gradient, by_prompt.context);
            return by_prompt;
        }();
    } else {
        UnwantedPrompt nothing;
        layer.back_through_fast_weights(wanted, pass.kept, prompt.context, F_, gradient, nothing.context);
    }
}

// ------------------------------------------------------------------------------ the pass of the query tokens, by scores ----
//
// As of every attention (attention/by_scores.hpp); the weights are the scores.

/// d, s and g of each head, and the answer.
template <class Asked, LinearLayer Layer, TokenShape Given, class Number>
struct PassByScores {
    KeptByScores<ScoresAsWeights, Given, Number, Given.query> heads[Layer::head_count];
    Answer<Asked, Given, Number> result;
};

/// The pass of the query tokens, by scores. Where these overflow, so does it, and where they are below the normal numbers (inputs and
/// outputs below 1e-13 in float, 1e-103 in double) it has lost digits.
template <class Asked, LinearLayer Layer, TokenShape Given, class Number>
[[nodiscard]] constexpr auto forward_pass(Asked, Layer const& layer, Prompt<Given, Number> const& prompt)
    -> PassByScores<Asked, Layer, Given, Number> {
    require_fitting_prompt<Layer::shape, typename Layer::Scalar, Given, Number>();
    PassByScores<Asked, Layer, Given, Number> pass{};
    pass.result = Asked::of(prompt);
    forward_by_scores<Asked>(ScoresAsWeights{}, layer, prompt.context, prompt.query, pass.heads, pass.result);
    return pass;
}

/// Cost: 2 t n q and the head's, per head; for the prompt as much again.
template <class Asked, class Wanted, LinearLayer Layer, TokenShape Given, class Number, class Gradient>
constexpr auto pull_back(Asked, Wanted wanted, Layer const& layer, Prompt<Given, Number> const& prompt,
                         PassByScores<Asked, Layer, Given, Number> const& pass,
                         Answer<Asked, Given, Number> const& cotangent, Gradient& gradient) {
    auto by_prompt = cotangent_past_heads<Asked, Wanted, Given, Number>(cotangent);
    back_by_scores<Asked>(wanted, ScoresAsWeights{}, layer, prompt.context, prompt.query, pass.heads, cotangent,
                          gradient, by_prompt.context, by_prompt.query);
    return by_prompt;
}

}  // namespace incontext
