// SPDX-License-Identifier: MIT
/// @file
/// The prompt: context tokens and query tokens, and how a regression problem is written into and read from it.
///
///     context = (X; Y)            [input + output x context]
///     query   = (Xq; -W0 Xq)      [input + output x query]
///     prediction = -(output rows of the updated query)
///
/// Keeping context and query apart removes all slicing from the operators.
#pragma once

#include <concepts>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/token/dimensions.hpp"

namespace incontext {

struct the_context_of_a_prompt;
struct the_query_of_a_prompt;

/// Tokens as columns: the context that is attended to, and the query tokens that attend.
///
/// Errors: a matrix of another shape, a dynamic matrix or other numbers do not compile.
/// Test: tests/unit/prompt.cpp, tests/compile_fail/wrong_shape_prompt.cpp.
template <TokenShape Shape, class Number>
struct Prompt {
    static_assert(is_valid_shape<Shape>, "the sizes are listed in the first error");
    static constexpr TokenShape shape = Shape;
    using Scalar = Number;

    Placed<the_context_of_a_prompt, Number, Shape.token_dim, Shape.context> context;  // [token_dim x context]
    Placed<the_query_of_a_prompt, Number, Shape.token_dim, Shape.query> query;        // [token_dim x query]

    friend constexpr bool operator==(Prompt const& a, Prompt const& b) {
        return a.context == b.context && a.query == b.query;
    }
};

/// A map from prompts to prompts of the same shape: an attention layer, a gradient step, a stack, your own layer.
template <class Update, class APrompt>
concept TokenUpdate = requires(Update const& update, APrompt const& prompt) {
    { update(prompt) } -> std::same_as<APrompt>;
};

// ------------------------------------------------------------------------------- the prompts that a layer accepts ----

/// Which prompts a layer of a given shape accepts: its own token dimension and context length, any number of queries
/// (each query token is updated by itself). Test: tests/compile_fail/wrong_shape_prompt_of_layer.cpp.
template <TokenShape GivenShape, TokenShape RequiredShape>
struct a_prompt_has_other_dimensions_than_its_layer {
    static_assert(never<Given<GivenShape.token_dim, GivenShape.context>>,
                  "a prompt has other dimensions than the layer it is given to: compare {token_dim, context, query} of "
                  "the prompt, then of the layer, in this line (only query may differ)");
};

template <class PromptNumber, class LayerNumber>
struct a_prompt_has_other_numbers_than_its_layer {
    static_assert(never<PromptNumber>,
                  "a prompt holds other numbers than the layer it is given to (the prompt's, then the layer's, in this "
                  "line): convert one of them; only lanes of a number mix with that number");
};

/// True where weights of one number type act on prompts of another: the same, or lanes of it.
template <class LayerNumber, class PromptNumber>
inline constexpr bool acts_on = false;
template <class Number>
inline constexpr bool acts_on<Number, Number> = true;
template <class LayerNumber, class PromptNumber>
    requires requires {
        typename PromptNumber::Lane;
    }
inline constexpr bool acts_on<LayerNumber, PromptNumber> = acts_on<LayerNumber, typename PromptNumber::Lane>;

/// Whether a layer of this shape and numbers can be applied to the prompt.
template <TokenShape Required, class LayerNumber, TokenShape GivenShape, class PromptNumber>
inline constexpr bool prompt_fits = GivenShape.token_dim == Required.token_dim&& GivenShape.context ==
                                    Required.context&& acts_on<LayerNumber, PromptNumber>;

/// Does not compile, with one sentence, unless a layer of `Required` shape and numbers can be applied to the prompt.
template <TokenShape Required, class LayerNumber, TokenShape GivenShape, class PromptNumber>
constexpr void require_fitting_prompt() {
    if constexpr (GivenShape.token_dim != Required.token_dim || GivenShape.context != Required.context) {
        static_cast<void>(a_prompt_has_other_dimensions_than_its_layer<GivenShape, Required>{});
    } else if constexpr (!acts_on<LayerNumber, PromptNumber>) {
        static_cast<void>(a_prompt_has_other_numbers_than_its_layer<PromptNumber, LayerNumber>{});
    }
}

// -------------------------------------------------------------------------- regression problems as prompts and back ----

struct the_inputs_X;
struct the_targets_Y;
struct the_query_inputs_Xq;
struct the_initial_weights_W0;

/// The prompt of a regression problem: context (X; Y), query (Xq; -W0 Xq).
///
/// Source: [vonOswald2023] sec. 2 (W0 = 0 in all its experiments; the general form is that of Prop. 1's proof).
/// Shapes: X [input x context], Y [output x context], Xq [input x query], W0 [output x input]; the sizes are taken from
/// the matrices. Exactness: one product. Errors: sizes that do not fit do not compile. Test: tests/unit/prompt.cpp.
template <AnyMatrix Inputs, AnyMatrix Targets, AnyMatrix QueryInputs, AnyMatrix Weights>
[[nodiscard]] constexpr auto embed(Inputs const& X, Targets const& Y, QueryInputs const& Xq, Weights const& W0) {
    using Number = NumberOf<Inputs>;
    constexpr Dimensions sizes{rows_of<Inputs>, rows_of<Targets>, cols_of<Inputs>, cols_of<QueryInputs>};
    Placed<the_inputs_X, Number, sizes.input, sizes.context> const inputs(X);
    Placed<the_targets_Y, Number, sizes.output, sizes.context> const targets(Y);
    Placed<the_query_inputs_Xq, Number, sizes.input, sizes.query> const query_inputs(Xq);
    Placed<the_initial_weights_W0, Number, sizes.output, sizes.input> const weights(W0);
    Matrix<Number, sizes.output, sizes.query> const residuals = -product(weights, query_inputs);
    return Prompt<sizes.tokens(), Number>{.context = above(inputs, targets), .query = above(query_inputs, residuals)};
}

/// The prompt with W0 = 0: context (X; Y), query (Xq; 0).
template <AnyMatrix Inputs, AnyMatrix Targets, AnyMatrix QueryInputs>
[[nodiscard]] constexpr auto embed(Inputs const& X, Targets const& Y, QueryInputs const& Xq) {
    return embed(X, Y, Xq, zero<NumberOf<Inputs>, rows_of<Targets>, rows_of<Inputs>>());
}

/// Test: tests/compile_fail/wrong_tokens.cpp.
template <class GivenTokens, Dimensions Sizes>
struct these_tokens_have_another_dimension {
    static_assert(never<GivenTokens>,
                  "tokens have as many rows as input + output: compare the rows of Given<rows, cols> "
                  "with Dimensions{input, output, context, query} in this line");
};
template <Dimensions Sizes, AnyMatrix Tokens>
constexpr void require_fitting_tokens() {
    if constexpr (rows_of<Tokens> != Sizes.input + Sizes.output) {
        static_cast<void>(these_tokens_have_another_dimension<Given<rows_of<Tokens>, cols_of<Tokens>>, Sizes>{});
    }
}

template <Dimensions Sizes, TokenShape Shape>
constexpr void require_tokens_of() {
    if constexpr (Shape.token_dim != Sizes.input + Sizes.output) {
        static_cast<void>(these_tokens_have_another_dimension<Given<Shape.token_dim, Shape.query>, Sizes>{});
    }
}

/// x_j of every token [input x tokens]: the upper rows.
template <Dimensions Sizes, AnyMatrix Tokens>
[[nodiscard]] constexpr auto inputs(Tokens const& tokens) -> Matrix<NumberOf<Tokens>, Sizes.input, cols_of<Tokens>> {
    require_fitting_tokens<Sizes, Tokens>();
    return rows<0, Sizes.input>(tokens);
}

/// y_j of every token [output x tokens]: the lower rows.
template <Dimensions Sizes, AnyMatrix Tokens>
[[nodiscard]] constexpr auto targets(Tokens const& tokens) -> Matrix<NumberOf<Tokens>, Sizes.output, cols_of<Tokens>> {
    require_fitting_tokens<Sizes, Tokens>();
    return rows<Sizes.input, Sizes.output>(tokens);
}

/// The prediction that the targets of updated query tokens stand for: their negative [output x query].
///
/// A step changes y_q = -W0 x_q to -(W0 + dW) x_q. This is the one minus sign of a prediction; all code reads predictions
/// through it. Source: [vonOswald2023] sec. 3. Exactness: exact. Test: tests/static/proposition_1.cpp.
template <AnyMatrix Targets>
[[nodiscard]] constexpr auto prediction_of(Targets const& targets)
    -> Matrix<NumberOf<Targets>, rows_of<Targets>, cols_of<Targets>> {
    return -targets;
}

/// The prediction of an updated prompt: -(y part of the query tokens) [output x query]. As prediction_of.
template <Dimensions Sizes, TokenShape Given, class Number>
[[nodiscard]] constexpr auto prediction(Prompt<Given, Number> const& updated)
    -> Matrix<Number, Sizes.output, Given.query> {
    if constexpr (Given.context != Sizes.context) {
        require_fitting_prompt<Sizes.tokens(), Number, Given, Number>();
    }
    return prediction_of(targets<Sizes>(updated.query));
}

}  // namespace incontext
