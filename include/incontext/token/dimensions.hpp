// SPDX-License-Identifier: MIT
/// @file
/// The sizes of a prompt and of the regression problem it shows: two structs used as template arguments.
#pragma once

namespace incontext {

/// What attention knows: tokens of one dimension, how many are context and how many are queries.
///
/// Keys and values are read from the context tokens only; query tokens attend but are not attended to.
struct TokenShape {
    int token_dim;
    int context;
    int query = 1;

    [[nodiscard]] constexpr int sequence_length() const { return context + query; }

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
        return {.token_dim = input + output, .context = context, .query = query};
    }

    friend constexpr bool operator==(Dimensions const&, Dimensions const&) = default;
};

/// The sentence for a size that is zero or negative. Test: tests/compile_fail/dimension_*.cpp.
template <int... Sizes>
struct every_dimension_must_be_positive {
    static_assert(((Sizes > 0) && ...),
                  "every dimension must be at least 1: token_dim (or input, output), context "
                  "and query are listed in this line in that order");
    static constexpr bool value = true;
};

/// True, or a compile-time error that lists the sizes.
template <TokenShape Shape>
inline constexpr bool is_valid_shape =
    every_dimension_must_be_positive<Shape.token_dim, Shape.context, Shape.query>::value;
template <Dimensions Sizes>
inline constexpr bool are_valid_dimensions =
    every_dimension_must_be_positive<Sizes.input, Sizes.output, Sizes.context, Sizes.query>::value;

}  // namespace incontext
