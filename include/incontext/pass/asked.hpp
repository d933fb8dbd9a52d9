// SPDX-License-Identifier: MIT
/// @file
/// What is asked of an update: all tokens, the query tokens, or the targets of the query tokens.
///
///     asked               answer to update(prompt)                      who asks
///     AllTokens           the updated prompt                            the next layer
///     QueryTokens         its query tokens [token_dim x query]          an evaluation
///     QueryTargets<D>     their lower rows [output x query]             a loss: predictions read nothing else
///
/// A last layer that is asked for less does less: linear attention then needs no product of token_dim cubed. What is asked
/// is a type, so that one pass and one pullback serve all three (pass/pass.hpp).
#pragma once

#include <concepts>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Test: tests/compile_fail/all_tokens_by_gram.cpp.
template <class Asked, TokenShape Shape>
struct these_forms_answer_for_query_tokens {
    static_assert(
        never<Asked>,
        "scores and gram matrices answer for the query tokens: ask for QueryTokens or QueryTargets<sizes>, or "
        "apply the layer itself to have all tokens");
    static constexpr int value = 1;
};

/// All tokens. Test of all three: tests/static/backpropagation.cpp.
struct AllTokens {
    template <TokenShape Shape, class Number>
    using Answer = Prompt<Shape, Number>;

    /// Does not compile. Test: tests/compile_fail/all_tokens_by_gram.cpp.
    template <TokenShape Shape>
    static constexpr int first_row = these_forms_answer_for_query_tokens<AllTokens, Shape>::value;
    template <TokenShape Shape>
    static constexpr int rows = these_forms_answer_for_query_tokens<AllTokens, Shape>::value;

    /// The part of a prompt that is asked for.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr Prompt<Shape, Number> const& of(Prompt<Shape, Number> const& prompt) {
        return prompt;
    }

    /// The prompt of which the answer is that part, and all else is zero: `of`, transposed.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr Prompt<Shape, Number> const& lifted(Prompt<Shape, Number> const& answer) {
        return answer;
    }
};

/// The query tokens, one a column.
struct QueryTokens {
    template <TokenShape Shape, class Number>
    using Answer = Matrix<Number, Shape.token_dim, Shape.query>;

    template <TokenShape Shape>
    static constexpr int first_row = 0;
    template <TokenShape Shape>
    static constexpr int rows = Shape.token_dim;

    /// The part of a prompt that is asked for: all rows of its query tokens.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr Answer<Shape, Number> const& of(Prompt<Shape, Number> const& prompt) {
        return prompt.query;
    }
    /// The prompt of which the answer is that part, and all else is zero: `of`, transposed.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr Prompt<Shape, Number> lifted(Answer<Shape, Number> const& answer) {
        return {.context = {}, .query = answer};
    }
    /// Its query tokens.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr auto const& lifted_query(Answer<Shape, Number> const& answer) {
        return answer;
    }
};

/// The targets of the query tokens: the rows under the inputs.
template <Dimensions Sizes>
struct QueryTargets {
    template <TokenShape Shape, class Number>
    using Answer = Matrix<Number, Sizes.output, Shape.query>;

    template <TokenShape Shape>
    static constexpr int first_row = (require_tokens_of<Sizes, Shape>(), Sizes.input);
    template <TokenShape Shape>
    static constexpr int rows = (require_tokens_of<Sizes, Shape>(), Sizes.output);

    /// The part of a prompt that is asked for: the targets of its query tokens.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr Answer<Shape, Number> of(Prompt<Shape, Number> const& prompt) {
        return targets<Sizes>(prompt.query);
    }
    /// The prompt of which the answer is that part, and all else is zero: `of`, transposed.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr Prompt<Shape, Number> lifted(Answer<Shape, Number> const& answer) {
        return {.context = {}, .query = made_by([&] { return lifted_query<Shape, Number>(answer); })};
    }
    /// Its query tokens.
    template <TokenShape Shape, class Number>
    [[nodiscard]] static constexpr auto lifted_query(Answer<Shape, Number> const& answer) {
        return above(zero<Number, Sizes.input, Shape.query>(), answer);
    }
};

/// act(matrix of a prompt, matrix of an answer lifted to one), for those matrices where the answer is not zero: of an answer
/// about query tokens the zeros of the context are not made. Exact. Test: tests/static/backpropagation.cpp, tests/static/normalised.cpp.
template <class Asked, class Act, TokenShape Shape, class Number, class OfAnswer>
constexpr void for_each_lifted(Act const& act, Prompt<Shape, Number>& prompt, OfAnswer const& answer) {
    if constexpr (std::same_as<Asked, AllTokens>) {
        act(prompt.context, answer.context);
        act(prompt.query, answer.query);
    } else {
        act(prompt.query, Asked::template lifted_query<Shape, Number>(answer));
    }
}

/// The type of the answer: a Prompt or a Matrix.
template <class Asked, TokenShape Shape, class Number>
using Answer = typename Asked::template Answer<Shape, Number>;

/// What AnswerOf is. A class template for the sake of g++ 12, as TokenDim.
template <class Asked, class Update, TokenShape Given, class Number>
struct AnswerOfUpdate {
    using type = typename Asked::template Answer<ShapeAfter<Update, Given>::value, Number>;
};
/// The type of the answer to a question, after an update.
template <class Asked, class Update, TokenShape Given, class Number>
using AnswerOf = typename AnswerOfUpdate<Asked, Update, Given, Number>::type;
/// What TargetsOf is. A class template for the sake of g++ 12, as TokenDim.
template <class Update, Dimensions Sizes>
struct TargetsOfUpdate {
    using type = QueryTargets<dimensions_after<Update, Sizes>>;
};
/// The question for the targets of a model, whose tokens may be wider than those of the task.
template <class Update, Dimensions Sizes>
using TargetsOf = typename TargetsOfUpdate<Update, Sizes>::type;

/// The rows of a matrix [token_dim x any] that reach the answer: the matrix itself where all do. Exactness: copies.
template <class Asked, TokenShape Shape, AnyMatrix M>
[[nodiscard]] constexpr decltype(auto) asked_rows(M const& matrix) {
    if constexpr (Asked::template rows<Shape> == rows_of<M>) {
        return (matrix);
    } else {
        return rows<Asked::template first_row<Shape>, Asked::template rows<Shape>>(matrix);
    }
}
template <class Asked, TokenShape Shape, AnyMatrix M>
void asked_rows(M const&& temporary) = delete;  // of which a reference would be left

/// Adds A B^T to those rows of a sum. Exactness, cost: as add_product_with_transpose.
template <class Asked, TokenShape Shape, class Sum, AnyMatrix A, AnyMatrix B>
constexpr void add_to_asked_rows(Sum& sum, A const& a, B const& b) {
    if constexpr (rows_of<A> == Shape.token_dim) {
        add_product_with_transpose(sum, a, b);
    } else {
        for (int token = 0; token < cols_of<A>; ++token) {
            for (int row = 0; row < rows_of<A>; ++row) {
                for (int col = 0; col < rows_of<B>; ++col) {
                    sum(Asked::template first_row<Shape> + row, col) += a(row, token) * b(col, token);
                }
            }
        }
    }
}

/// A matrix in a named place as the matrix that it is, so that functions of two of them see one type.
template <class Place, class Number, int Rows, int Cols>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> const& as_matrix(Placed<Place, Number, Rows, Cols> const& matrix) {
    return matrix;
}

/// f(matrix, ...) of the matrices of answers side by side: of context and query of prompts, or of the matrices that they are.
template <class F, class First, class... More>
[[nodiscard]] constexpr First of_each_matrix(F const& f, First const& first, More const&... more) {
    if constexpr (AnyMatrix<First>) {
        return f(first, more...);
    } else {
        return {.context = made_by([&] { return f(as_matrix(first.context), as_matrix(more.context)...); }),
                .query = made_by([&] { return f(as_matrix(first.query), as_matrix(more.query)...); })};
    }
}

}  // namespace incontext
