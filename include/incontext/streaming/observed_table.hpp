// SPDX-License-Identifier: MIT
/// @file
/// Tables of examples as they are given to a stream: matrices, maps and blocks of them, an example in each column, of a number of
/// columns that is known while compiling or not.
#pragma once

#include <concepts>
#include <type_traits>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/streaming/online_regressor.hpp"
#include "incontext/support/message.hpp"

namespace incontext {

// The place of a table of tokens, for the sentence that tells a wrong shape.
struct observed_tokens;

/// Test: tests/compile_fail/streaming_unlike_lengths.cpp.
template <class GivenInputs, class GivenOutputs>
struct observed_inputs_and_outputs_differ_in_number {
    static_assert(never<GivenInputs>,
                  "every example is an input and an output: compare the columns of the two Given<rows, cols> in this "
                  "message, of the inputs, then of the outputs");
};

/// Test: tests/compile_fail/streaming_expression.cpp.
template <class Place>
struct observed_examples_must_be_stored {
    static_assert(
        never<Place>,
        "a streaming context reads examples from a matrix, a map or a block of one: write the expression to a "
        "matrix first, for instance with .eval()");
};

namespace observed_table {

/// A matrix or an expression that fits Place, of any number of columns; or else a sentence.
template <class Place, class Number, int Rows, AnyMatrix M>
constexpr auto require_shape() {
    if constexpr (rows_of<M> != Rows) {
        static_cast<void>(
            a_matrix_has_the_wrong_shape<Place, Given<rows_of<M>, cols_of<M>>, Required<Rows, cols_of<M>>>{});
    } else if constexpr (!std::is_same_v<NumberOf<M>, Number>) {
        static_cast<void>(a_matrix_has_the_wrong_numbers<Place, NumberOf<M>, Number>{});
    }
}

/// A matrix that fits Place, of any number of columns; or else a sentence.
template <class Place, class Number, int Rows, AnyMatrix M>
constexpr auto require_table() {
    require_shape<Place, Number, Rows, M>();
    if constexpr (
        requires(M const& matrix) { matrix.eval(); } && !requires(M const& matrix) { matrix.data(); }) {
        static_cast<void>(observed_examples_must_be_stored<Place>{});
    }
}

/// Tables of inputs and outputs, as many of one as of the other where that is known while compiling; or else a sentence.
template <class Number, int Input, int Output, AnyMatrix Inputs, AnyMatrix Outputs>
constexpr auto require_tables() {
    require_table<observed_inputs, Number, Input, Inputs>();
    require_table<observed_outputs, Number, Output, Outputs>();
    if constexpr (cols_of<Inputs> >= 0 && cols_of<Outputs> >= 0 && cols_of<Inputs> != cols_of<Outputs>) {
        static_cast<void>(observed_inputs_and_outputs_differ_in_number<Given<Input, cols_of<Inputs>>,
                                                                       Given<Output, cols_of<Outputs>>>{});
    }
}

/// How many columns it has. An int where it is known while compiling.
template <AnyMatrix M>
constexpr auto columns(M const& matrix) {
    if constexpr (cols_of<M> >= 0) {
        return cols_of<M>;
    } else {
        return matrix.cols();
    }
}

/// Whether it says how its entries lie in memory: an Eigen matrix does, and an ExactMatrix lies by columns. Of a matrix of one's own nobody knows.
template <class M>
inline constexpr bool says_how_it_lies = requires(M const& matrix) {
    matrix.outerStride();
};
template <AnyMatrix M>
    requires FixedSizes<rows_of<M>, cols_of<M>> &&
        std::derived_from<M, ExactMatrix<NumberOf<M>, rows_of<M>, cols_of<M>>>
inline constexpr bool says_how_it_lies<M> = true;

/// Whether its columns lie one behind the other in memory, without gaps. Test: tests/unit/streaming_table.cpp.
template <AnyMatrix M>
constexpr bool is_without_gaps([[maybe_unused]] M const& matrix) {
    if constexpr (requires { matrix.outerStride(); }) {
        return !M::IsRowMajor && matrix.innerStride() == 1 && matrix.outerStride() == rows_of<M>;
    } else {
        return says_how_it_lies<M>;
    }
}

/// The address of its first entry.
template <AnyMatrix M>
constexpr NumberOf<M> const* first_entry(M const& matrix) {
    if constexpr (requires { matrix.data(); }) {
        return matrix.data();
    } else {
        return &matrix(0, 0);
    }
}

/// Copies a column. It is read to the end before anything is written, or the compiler must do it one by one in case the places overlap.
template <AnyMatrix M, class Index>
constexpr void write_column(M const& matrix, Index col, NumberOf<M>* to) {
    auto const column = generate<NumberOf<M>, rows_of<M>, 1>(
        [&](int row, int) { return matrix(row, static_cast<decltype(columns(matrix))>(col)); });
    for (int row = 0; row < rows_of<M>; ++row) {
        to[row] = column(row, 0);
    }
}

}  // namespace observed_table

}  // namespace incontext
