// SPDX-License-Identifier: MIT
/// @file
/// What a TokenUpdate owes beyond its signature, as questions that a test can also answer with no.
///
/// Asked of numbers that do not round (support/drawn.hpp), so that "the same" is == in every family.
#pragma once

#include "support/drawn.hpp"

namespace test {

/// The prompt with these query tokens instead.
template <int Query, TokenShape Shape, class Number, class Column>
auto with_queries(Prompt<Shape, Number> const& prompt, Column const& column)
    -> Prompt<TokenShape{Shape.token_dim, Shape.context, Query}, Number> {
    return {.context = prompt.context, .query = generate<Number, Shape.token_dim, Query>([&](int row, int col) {
                                           return prompt.query(row, column(col));
                                       })};
}

/// The Count columns of a matrix that are named by column(0), column(1), ...
template <int Count, AnyMatrix M, class Column>
auto columns(M const& matrix, Column const& column) -> Matrix<NumberOf<M>, rows_of<M>, Count> {
    return generate<NumberOf<M>, rows_of<M>, Count>([&](int row, int col) { return matrix(row, column(col)); });
}

/// It accepts prompts of this shape and of other numbers of queries, and returns what it was given.
template <class Update, class APrompt>
inline constexpr bool maps_prompts_to_prompts = false;
template <class Update, TokenShape Shape, class Number>
inline constexpr bool maps_prompts_to_prompts<Update, Prompt<Shape, Number>> =
    TokenUpdate<Update, Prompt<Shape, Number>>&&
        TokenUpdate<Update, Prompt<TokenShape{Shape.token_dim, Shape.context, 1}, Number>>&&
            TokenUpdate<Update, Prompt<TokenShape{Shape.token_dim, Shape.context, Shape.query + 1}, Number>>;

/// Each query token is updated as if it were alone, and the context as if there were only that query.
template <class Update, TokenShape Shape, class Number>
bool updates_each_query_by_itself(Update const& update, Prompt<Shape, Number> const& prompt) {
    auto const together = applied(update, prompt);
    for (int query = 0; query < Shape.query; ++query) {
        auto const this_one = [&](int) { return query; };
        auto const alone = applied(update, with_queries<1>(prompt, this_one));
        if (!equal(alone.context, together.context) || !equal(alone.query, columns<1>(together.query, this_one))) {
            return false;
        }
    }
    return true;
}

/// One query token more changes no other token.
template <class Update, TokenShape Shape, class Number>
bool takes_another_query_without_notice(Update const& update, Prompt<Shape, Number> const& prompt) {
    auto const before = applied(update, prompt);
    auto const more = with_queries<Shape.query + 1>(prompt, [](int col) { return col < Shape.query ? col : 1; });
    auto const after = applied(update, more);
    return equal(after.context, before.context) &&
           equal(columns<Shape.query>(after.query, [](int col) { return col; }), before.query);
}

/// Context tokens in another order give the same tokens in that order, and the same queries.
template <class Update, TokenShape Shape, class Number>
bool follows_the_order_of_the_context(Update const& update, Prompt<Shape, Number> const& prompt) {
    auto const before = applied(update, prompt);
    auto const rotated = [](int col) { return (col + 3) % Shape.context; };
    auto const swapped = [](int col) { return col == 0 ? 1 : col == 1 ? 0 : col; };
    auto const follows = [&](auto const& order) {
        Prompt<Shape, Number> reordered = prompt;
        reordered.context = columns<Shape.context>(prompt.context, order);
        auto const after = applied(update, reordered);
        return equal(after.context, columns<Shape.context>(before.context, order)) && equal(after.query, before.query);
    };
    return follows(rotated) && follows(swapped);
}

/// A query token that equals a context token is updated as that one is.
template <class Update, TokenShape Shape, class Number>
bool treats_queries_like_context_tokens(Update const& update, Prompt<Shape, Number> const& prompt) {
    Prompt<Shape, Number> copied = prompt;
    copied.query = columns<Shape.query>(prompt.context, [](int col) { return col + 2; });
    auto const after = applied(update, copied);
    return equal(after.query, columns<Shape.query>(after.context, [](int col) { return col + 2; }));
}

/// It is not the identity on this prompt, neither on the context nor on the queries: the laws were asked of something.
template <class Update, TokenShape Shape, class Number>
bool moves_tokens(Update const& update, Prompt<Shape, Number> const& prompt) {
    auto const after = applied(update, prompt);
    return !equal(after.context, prompt.context) && !equal(after.query, prompt.query);
}

}  // namespace test
