// SPDX-License-Identifier: MIT
/// @file
/// The sizes of a prompt and of the regression problem it shows: two structs used as template arguments.
#pragma once

#include <concepts>

#include "incontext/support/message.hpp"
#include "incontext/support/version.hpp"

namespace incontext {

struct TokenShape;
struct Dimensions;

/// Test: tests/compile_fail/dimensions_as_a_shape.cpp, shape_as_dimensions.cpp.
template <class GivenSizes>
struct sizes_of_another_kind_belong_here {
    static_assert(
        never<GivenSizes>,
        "Dimensions (input, output, context, query) and a TokenShape (token_dim, context, query) do not take each "
        "other's place: prompts and layers of attention are made of a TokenShape, such as sizes.tokens(), and "
        "regression problems, steps, predictions and statements of Dimensions");
};

/// Where a TokenShape is given for Dimensions, or the reverse: one sentence.
template <class To, class GivenSizes>
constexpr To sizes_of_another_kind() {
    static_cast<void>(sizes_of_another_kind_belong_here<GivenSizes>{});
    return {};
}

/// What attention knows: tokens of one dimension, how many are context and how many are queries.
///
/// Keys and values are read from the context tokens only; query tokens attend but are not attended to. Attention does not
/// ask how a token is made of input and output; what was made for one split says so in `input`, and is then not given
/// tokens of another (splits_agree).
struct TokenShape {
    int token_dim;
    int context;
    int query = 1;
    int input = 0;  // rows of the input, above those of the output; 0: nobody said

    /// How many tokens there are: the context and the query tokens.
    [[nodiscard]] constexpr int sequence_length() const { return context + query; }

    /// The same sizes, and how a token splits forgotten.
    [[nodiscard]] constexpr TokenShape without_split() const { return {token_dim, context, query}; }

    /// Does not compile, with one sentence.
    template <class Other>
        requires std::same_as<Other, Dimensions>
    constexpr operator Other() const { return sizes_of_another_kind<Other, TokenShape>(); }

    friend constexpr bool operator==(TokenShape const&, TokenShape const&) = default;
};

/// The token dimension as a class template: g++ 12 crashes on the default argument `int KeyDim = Shape.token_dim` where
/// Shape is a dependent call such as Sizes.tokens(), and accepts `TokenDim<Shape>::value`.
template <TokenShape Shape>
struct TokenDim {
    static constexpr int value = Shape.token_dim;
};

/// What the learning problem knows: y = W x from examples (x_i, y_i), i = 1..context.
///
/// | symbol | meaning                | here    |
/// |--------|------------------------|---------|
/// | Nx, d  | dimension of the input | input   |
/// | Ny     | of the output          | output  |
/// | N      | examples in context    | context |
struct Dimensions {
    int input;
    int output;
    int context;
    int query = 1;

    /// Tokens are examples, input above output: e_j = (x_j; y_j) [vonOswald2023] sec. 2.
    [[nodiscard]] constexpr TokenShape tokens() const {
        // An input of 0 would be read as "nobody said".
        return {.token_dim = input + output, .context = context, .query = query, .input = input == 0 ? -1 : input};
    }

    /// Does not compile, with one sentence.
    template <class Other>
        requires std::same_as<Other, TokenShape>
    constexpr operator Other() const { return sizes_of_another_kind<Other, Dimensions>(); }

    friend constexpr bool operator==(Dimensions const&, Dimensions const&) = default;
};

/// Whether two sides split a token into input and output alike, or one of them does not say how.
/// Exact. Errors: none. Test: tests/unit/prompt.cpp.
[[nodiscard]] constexpr bool splits_agree(TokenShape const& a, TokenShape const& b) {
    return a.input == 0 || b.input == 0 || a.input == b.input;
}

/// Whether two shapes can be one: the same sizes, and splits that agree. Exact. Errors: none. Test: tests/unit/prompt.cpp.
[[nodiscard]] constexpr bool shapes_agree(TokenShape const& a, TokenShape const& b) {
    return a.without_split() == b.without_split() && splits_agree(a, b);
}

/// How a token splits, as the messages list it.
template <int Input, int Output>
struct Split;
/// What SplitOf is.
template <TokenShape Shape>
struct SplitOfTokens {  // a class template for the sake of g++ 12, as TokenDim
    using type = Split<Shape.input, Shape.token_dim - Shape.input>;
};
/// How the tokens of a shape split, for a message.
template <TokenShape Shape>
using SplitOf = typename SplitOfTokens<Shape>::type;

/// The sentence for a size that is zero or negative. Test: tests/compile_fail/dimension_*.cpp.
template <int... Sizes>
struct every_dimension_must_be_positive {
    static_assert(((Sizes > 0) && ...),
                  "every dimension must be at least 1: token_dim (or input, output), context "
                  "and query are listed in this message in that order");
    static constexpr bool value = true;
};

/// The sentence for sizes whose matrices an int does not count. Test: tests/compile_fail/dimension_too_large.cpp.
template <long long TokenDim, long long Context, long long Query>
struct a_matrix_of_tokens_has_at_most_two_to_the_31_entries {
    static_assert(
        TokenDim * Context < (1LL << 31) && TokenDim * Query < (1LL << 31),
        "a matrix of tokens has fewer than 2^31 entries, rows times columns: token_dim, context and query are "
        "listed in this message in that order");
    static constexpr bool value = true;
};

/// The sentence for a TokenShape whose input is no part of its token. Test: tests/compile_fail/split_of_whole_token.cpp.
template <class GivenSplit>
struct a_token_is_input_above_output {
    static_assert(
        never<GivenSplit>,
        "a token is an input above an output, each of at least one row: token_dim must be above input "
        "(compare Split<input, output> in this message; leave input out where nobody knows how a token splits)");
};

/// True, or does not compile, with one sentence: the inputs are fewer than the rows of a token.
template <TokenShape Shape>
constexpr bool require_split() {
    if constexpr (Shape.input < 0 || (Shape.input > 0 && Shape.input >= Shape.token_dim)) {
        static_cast<void>(a_token_is_input_above_output<SplitOf<Shape>>{});
    }
    return true;
}

/// True, or a compile-time error that lists the sizes.
template <TokenShape Shape>
inline constexpr bool is_valid_shape =
    every_dimension_must_be_positive<Shape.token_dim, Shape.context, Shape.query>::value&&
        a_matrix_of_tokens_has_at_most_two_to_the_31_entries<Shape.token_dim, Shape.context, Shape.query>::value&&
        require_split<Shape>();
/// The same, of Dimensions.
template <Dimensions Sizes>
inline constexpr bool are_valid_dimensions =
    every_dimension_must_be_positive<Sizes.input, Sizes.output, Sizes.context, Sizes.query>::value&&
        a_matrix_of_tokens_has_at_most_two_to_the_31_entries<static_cast<long long>(Sizes.input) +
                                                                 static_cast<long long>(Sizes.output),
                                                             Sizes.context, Sizes.query>::value;

}  // namespace incontext
