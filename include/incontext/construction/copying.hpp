// SPDX-License-Identifier: MIT
/// @file
/// Prop. 3, corrected: plain tokens x_1, y_1, x_2, y_2, ..., x_q become the tokens (x_j; y_j) of Prop. 1 by one layer of three
/// heads. The head that copies is an induction head: it looks for the token that follows.
///
///     a token is (content c; slot s; position p of an x; position p' of a y)        [2 content + 2 examples]
///
///     x_j = (x_j; 0; e_j; 0)     y_j = (c(y_j); 0; 0; e_j)     query = (x_q; 0; 0; 0)
///
///     | head  | W_K       | W_Q       | W_V             | does                                |
///     |-------|-----------|-----------|-----------------|-------------------------------------|
///     | copy  | [0 0 0 I] | [0 0 I 0] | slot <- content | x_j gets c(y_j) in its slot         |
///     | erase | [0 0 0 I] | [0 0 0 I] | -I              | every y token becomes 0             |
///     | clean | [0 0 I 0] | [0 0 I 0] | -(position p)   | x tokens lose their position        |
///
///     result: x_j = (x_j; c(y_j); 0; 0)     y_j = 0     query = (x_q; 0; 0; 0), as it was
///
/// The paper's own matrices do less than this (docs/paper_and_code.md): a position is in no slot of its own there, so the y
/// tokens and the query keep what has to be cleared.
#pragma once

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The sizes of a prompt of plain tokens: inputs and targets are contents of one dimension, in tokens of their own.
struct PlainTokenSizes {
    int content;
    int examples;
    int query = 1;

    /// (content; slot; position of an x; position of a y), two tokens for each example.
    [[nodiscard]] constexpr TokenShape tokens() const {
        return {.token_dim = 2 * content + 2 * examples, .context = 2 * examples, .query = query};
    }

    friend constexpr bool operator==(PlainTokenSizes const&, PlainTokenSizes const&) = default;
};

/// A prompt of plain tokens. A class template for the sake of g++ 12, as TokenDim.
template <PlainTokenSizes Sizes, class Number>
struct PlainPromptOf {
    static_assert(every_dimension_must_be_positive<Sizes.content, Sizes.examples, Sizes.query>::value,
                  "the sizes are listed in the first error");
    using type = Prompt<Sizes.tokens(), Number>;
};
/// A prompt of plain tokens of these sizes.
template <PlainTokenSizes Sizes, class Number>
using PlainPrompt = typename PlainPromptOf<Sizes, Number>::type;

/// The prompt of plain tokens: the x tokens, then the y tokens. Attention does not see their order, but their positions.
///
/// Shapes: X, Y [content x examples], Xq [content x query]; a target of fewer rows than an input is filled up with zeros by
/// the caller, c(y) = (0; y). Exactness: copies. Errors: other shapes do not compile. Test: tests/static/copying.cpp.
template <AnyMatrix Inputs, AnyMatrix Targets, AnyMatrix QueryInputs>
[[nodiscard]] constexpr auto plain_prompt(Inputs const& X, Targets const& Y, QueryInputs const& Xq)
    -> PlainPrompt<PlainTokenSizes{rows_of<Inputs>, cols_of<Inputs>, cols_of<QueryInputs>}, NumberOf<Inputs>>;

/// The layer of three heads that copies each y_j to the slot of its x_j, erases the y tokens, and cleans the positions away.
///
/// Source: [vonOswald2023] Prop. 3, corrected. Shapes: W_K, W_Q [examples x token_dim], W_V, P [token_dim x token_dim].
/// Exactness: entries are 0 and +-1; one rounding per sum of tokens in floating point, and none where contents are added to
/// an empty slot. Cost: that of writing the matrices. Errors: none.
/// Test: tests/static/copying.cpp (for all contents and counts of examples), tests/unit/copying.cpp (in floating point).
template <PlainTokenSizes Sizes, class Number>
[[nodiscard]] constexpr auto copying_layer();

/// Prop. 1 on what was copied: keys and queries read the content, values the slot, W0 = 0, P = eta/N with N examples (the
/// context has 2N tokens, of which N are zero by then).
///
/// After copying_layer it predicts (eta/N) sum of c(y_j) x_j^T x_q. Shapes: all projections [content x token_dim] or its
/// transpose. Units: learning_rate in 1 / (input unit)^2. Exactness: two roundings, eta (1/N). Errors: none.
/// Test: tests/static/copying.cpp.
template <PlainTokenSizes Sizes, class Number>
[[nodiscard]] constexpr auto step_after_copying(Number const& learning_rate);

/// The prediction of updated plain tokens: -(slot of the query tokens) [content x query]. As prediction_of.
template <PlainTokenSizes Sizes, AnyMatrix QueryTokens>
[[nodiscard]] constexpr auto prediction_in_slot(QueryTokens const& tokens) {
    return prediction_of(rows<Sizes.content, Sizes.content>(tokens));
}

// ------------------------------------------------------------------------------------------------------- details ----

template <AnyMatrix Inputs, AnyMatrix Targets, AnyMatrix QueryInputs>
constexpr auto plain_prompt(Inputs const& X, Targets const& Y, QueryInputs const& Xq)
    -> PlainPrompt<PlainTokenSizes{rows_of<Inputs>, cols_of<Inputs>, cols_of<QueryInputs>}, NumberOf<Inputs>> {
    using Number = NumberOf<Inputs>;
    constexpr int content = rows_of<Inputs>;
    constexpr int examples = cols_of<Inputs>;
    constexpr int query = cols_of<QueryInputs>;
    Placed<the_inputs_X, Number, content, examples> const inputs(X);
    Placed<the_targets_Y, Number, content, examples> const targets(Y);
    Placed<the_query_inputs_Xq, Number, content, query> const query_inputs(Xq);
    auto const I = identity<Number, examples>();
    auto const O = zero<Number, examples>();
    auto const slot = zero<Number, content, examples>();
    return {.context = beside(above(above(inputs, slot), above(I, O)), above(above(targets, slot), above(O, I))),
            .query = above(query_inputs, zero<Number, content + 2 * examples, query>())};
}

template <PlainTokenSizes Sizes, class Number>
constexpr auto copying_layer() {
    static_assert(every_dimension_must_be_positive<Sizes.content, Sizes.examples, Sizes.query>::value,
                  "the sizes are listed in the first error");
    constexpr int content = Sizes.content;
    constexpr int examples = Sizes.examples;
    constexpr int token_dim = 2 * content + 2 * examples;
    using Head = LinearSelfAttention<Sizes.tokens(), Number, examples>;
    auto const I = identity<Number, token_dim>();
    auto const of_x = rows<2 * content, examples>(I);             // [0 0 I 0]
    auto const of_y = rows<2 * content + examples, examples>(I);  // [0 0 0 I]
    auto const content_to_slot =
        above(above(zero<Number, content, token_dim>(), rows<0, content>(I)), zero<Number, 2 * examples, token_dim>());
    auto const without_position =
        above(above(zero<Number, 2 * content, token_dim>(), Number(-1) * of_x), zero<Number, examples, token_dim>());
    Head const copy{.query = of_x, .key = of_y, .value = content_to_slot, .output = I};
    Head const erase{.query = of_y, .key = of_y, .value = identity<Number, token_dim>(Number(-1)), .output = I};
    Head const clean{.query = of_x, .key = of_x, .value = without_position, .output = I};
    return heads(copy, erase, clean);
}

template <PlainTokenSizes Sizes, class Number>
constexpr auto step_after_copying(Number const& learning_rate) {
    constexpr int content = Sizes.content;
    constexpr int token_dim = 2 * content + 2 * Sizes.examples;
    auto const I = identity<Number, token_dim>();
    auto const of_content = rows<0, content>(I);
    auto const of_slot = rows<content, content>(I);
    Number const rate = learning_rate * one_over_context<Number>(Sizes.examples);
    return LinearSelfAttention<Sizes.tokens(), Number, content, content>{
        .query = of_content, .key = of_content, .value = Number(-1) * of_slot, .output = rate * transpose(of_slot)};
}

}  // namespace incontext
