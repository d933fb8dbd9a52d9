// SPDX-License-Identifier: MIT
/// @file
/// Matrices made entry by entry: zero, the identity, blocks beside and above each other, and rows taken out again.
///
///     blocks(A, B, C, D) = [[A, B], [C, D]]          above(A, B) = [A; B]     beside(A, B) = [A, B]     rows<0, n>(above(A, B)) = A
#pragma once

#include <type_traits>

#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/refused.hpp"
#include "incontext/matrix/wrong_calls.hpp"

namespace incontext {

namespace algebra {
template <int Rows, int Cols>
class BlockMatrix;
}

/// Entries as the trusted base of a proof reads and writes them. Of a symbolic matrix nobody else does: an entry there is a
/// whole block of unnamed size, which an operator that goes through entries would take for one number.
namespace trusted {

/// Whether a default-constructed matrix is zero: an ExactMatrix or BlockMatrix, but for those of Degree and ErrorBound.
template <class M>
inline constexpr bool begins_with_zeros = std::is_base_of_v<HasNoMembersOfEigen, M> && !begins_unwritten<NumberOf<M>>;

/// One block of what is, or derives from, a symbolic matrix. Nobody else is handed the key: a matrix of somebody's own may have a member
/// `block`, too. Test: tests/static/symbolic_refusals.cpp.
template <int Rows, int Cols>
[[nodiscard]] constexpr auto& opened(algebra::BlockMatrix<Rows, Cols>& matrix, int row, int col) {
    return matrix.block(Key{}, row, col);
}
template <int Rows, int Cols>
[[nodiscard]] constexpr auto const& opened(algebra::BlockMatrix<Rows, Cols> const& matrix, int row, int col) {
    return matrix.block(Key{}, row, col);
}
template <class M>
concept OpensWithTheKey = requires(M& matrix) {
    trusted::opened(matrix, 0, 0);
};

/// One entry, of a symbolic matrix: one block. Exact. Test: tests/unit/matrix.cpp.
template <class M>
[[nodiscard]] constexpr decltype(auto) entry(M&& matrix, int row, int col) {
    if constexpr (OpensWithTheKey<M>) {
        return (trusted::opened(matrix, row, col));
    } else if constexpr (requires { matrix.has_columns_in_entries; }) {  // without another call, which is counted
        return (matrix.entries[col * matrix.RowsAtCompileTime + row]);
    } else {
        return matrix(row, col);
    }
}

/// Whether the matrices of a family make themselves of an entry, as counted ones do.
template <class Number, int Rows, int Cols, class Entry>
concept GeneratesItself = requires(Entry& entry) {
    Matrix<Number, Rows, Cols>::generated(entry);
};

/// As incontext::generate, for symbolic matrices, too. Exact. Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Cols, class Entry>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> generate(Entry&& entry) {
    Matrix<Number, Rows, Cols>
        matrix;  // not in a block of the function: g++ 12 would copy it to the place of the result
    for (int col = 0; col < Cols; ++col) {
        for (int row = 0; row < Rows; ++row) {
            if constexpr (OpensWithTheKey<Matrix<Number, Rows, Cols>>) {
                trusted::opened(matrix, row, col) = entry(row, col);
            } else if constexpr (requires { matrix.has_columns_in_entries; }) {
                matrix.entries[col * Rows + row] = entry(row, col);
            } else {
                matrix(row, col) = entry(row, col);
            }
        }
    }
    return matrix;
}
/// The same of a family whose matrices make themselves.
template <class Number, int Rows, int Cols, class Entry>
    requires GeneratesItself<Number, Rows, Cols, Entry>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> generate(Entry&& entry) {
    return Matrix<Number, Rows, Cols>::generated(entry);
}

}  // namespace trusted

/// Test: tests/compile_fail/generate_from_nothing.cpp.
template <class Entry, class Number>
struct generate_calls_a_function_of_row_and_column {
    static_assert(
        never<Entry>,
        "generate<Number, rows, cols>(entry) calls entry(row, col) for every place: give it a function of two "
        "ints that returns a number");
};

/// The matrix with entry(row, col) at each place. The result is of the family of Number.
/// Cost: Rows * Cols calls. Errors: a symbolic matrix has no entries to be given one by one: does not compile.
/// Test: tests/unit/matrix.cpp, tests/compile_fail/symbolic_entries.cpp.
template <class Number, int Rows, int Cols, class Entry>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> generate(Entry&& entry) {
    if constexpr (trusted::OpensWithTheKey<Matrix<Number, Rows, Cols>>) {
        static_assert(nobody_looks_into_a_symbolic_block<Entry>::value, "see the first error");
    }
    if constexpr (!requires(Entry & made, int& place, void (&take)(Number)) { take(made(place, place)); }) {
        static_cast<void>(generate_calls_a_function_of_row_and_column<Entry, Number>{});
    }
    return trusted::generate<Number, Rows, Cols>(entry);
}

/// 0 [Rows x Cols]. Exact. Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Cols = Rows>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> zero() {
    if constexpr (trusted::begins_with_zeros<Matrix<Number, Rows, Cols>>) {
        return {};
    } else if constexpr (trusted::begins_unwritten<Number> &&
                         std::is_base_of_v<HasNoMembersOfEigen, Matrix<Number, Rows, Cols>>) {
        Matrix<Number, Rows, Cols> matrix;
        Number const nothing(0);
        for (Number& entry : matrix.entries) {
            entry = nothing;
        }
        return matrix;
    } else {
        Number const nothing(0);
        return trusted::generate<Number, Rows, Cols>([&](int, int) { return nothing; });
    }
}

/// factor * I [Size x Size]. Exact. Test: tests/unit/matrix.cpp.
template <class Number, int Size>
[[nodiscard]] constexpr Matrix<Number, Size, Size> identity(Number const& factor = Number(1)) {
    if constexpr (trusted::begins_with_zeros<Matrix<Number, Size, Size>>) {
        Matrix<Number, Size, Size> result;
        for (int i = 0; i < Size; ++i) {
            trusted::entry(result, i, i) = factor;
        }
        return result;
    } else {
        Number const nothing(0);
        return trusted::generate<Number, Size, Size>([&](int row, int col) { return row == col ? factor : nothing; });
    }
}

/// [[upper_left, upper_right], [lower_left, lower_right]], as the paper writes its projections.
///
/// Exactness: copies. Errors: blocks that do not fit do not compile. Test: tests/unit/matrix.cpp.
template <AnyMatrix UL, AnyMatrix UR, AnyMatrix LL, AnyMatrix LR>
[[nodiscard]] constexpr auto blocks(UL const& upper_left, UR const& upper_right, LL const& lower_left,
                                    LR const& lower_right)
    -> Matrix<NumberOf<UL>, rows_of<UL> + rows_of<LL>, cols_of<UL> + cols_of<UR>> {
    require_numbers<a_block_of_a_matrix, NumberOf<UR>, NumberOf<UL>>();
    require_numbers<a_block_of_a_matrix, NumberOf<LL>, NumberOf<UL>>();
    require_numbers<a_block_of_a_matrix, NumberOf<LR>, NumberOf<UL>>();
    constexpr int upper = rows_of<UL>;
    constexpr int left = cols_of<UL>;
    static_assert(
        rows_of<UR> == upper && cols_of<LL> == left && rows_of<LR> == rows_of<LL> && cols_of<LR> == cols_of<UR>,
        "blocks: the four blocks do not form a rectangle");
    using trusted::entry;
    return trusted::generate<NumberOf<UL>, upper + rows_of<LL>, left + cols_of<UR>>([&](int row,
                                                                                        int col) -> NumberOf<UL> {
        return row < upper
                   ? (col < left ? entry(upper_left, row, col) : entry(upper_right, row, col - left))
                   : (col < left ? entry(lower_left, row - upper, col) : entry(lower_right, row - upper, col - left));
    });
}

/// [upper; lower]: one matrix above another of the same width. Exactness: copies. Test: tests/unit/matrix.cpp.
template <AnyMatrix Upper, AnyMatrix Lower>
[[nodiscard]] constexpr auto above(Upper const& upper, Lower const& lower)
    -> Matrix<NumberOf<Upper>, rows_of<Upper> + rows_of<Lower>, cols_of<Upper>> {
    require_numbers<a_block_of_a_matrix, NumberOf<Lower>, NumberOf<Upper>>();
    static_assert(cols_of<Upper> == cols_of<Lower>, "above: the two matrices have different widths");
    constexpr int split = rows_of<Upper>;
    return trusted::generate<NumberOf<Upper>, split + rows_of<Lower>, cols_of<Upper>>(
        [&](int row, int col) -> NumberOf<Upper> {
            return row < split ? trusted::entry(upper, row, col) : trusted::entry(lower, row - split, col);
        });
}

/// [left, right]: one matrix beside another of the same height. Exactness: copies. Test: tests/unit/matrix.cpp.
template <AnyMatrix Left, AnyMatrix Right>
[[nodiscard]] constexpr auto beside(Left const& left, Right const& right)
    -> Matrix<NumberOf<Left>, rows_of<Left>, cols_of<Left> + cols_of<Right>> {
    require_numbers<a_block_of_a_matrix, NumberOf<Right>, NumberOf<Left>>();
    static_assert(rows_of<Left> == rows_of<Right>, "beside: the two matrices have different heights");
    constexpr int split = cols_of<Left>;
    return trusted::generate<NumberOf<Left>, rows_of<Left>, split + cols_of<Right>>(
        [&](int row, int col) -> NumberOf<Left> {
            return col < split ? trusted::entry(left, row, col) : trusted::entry(right, row, col - split);
        });
}

/// The Count rows from First on [Count x cols]. Exactness: copies. Errors: out of range does not compile.
/// Test: tests/unit/matrix.cpp.
template <int First, int Count, AnyMatrix M>
[[nodiscard]] constexpr Matrix<NumberOf<M>, Count, cols_of<M>> rows(M const& matrix) {
    static_assert(First >= 0 && Count >= 0 && First + Count <= rows_of<M>, "rows: the matrix has fewer rows");
    return trusted::generate<NumberOf<M>, Count, cols_of<M>>(
        [&](int row, int col) -> NumberOf<M> { return trusted::entry(matrix, First + row, col); });
}

}  // namespace incontext
