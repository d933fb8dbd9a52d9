// SPDX-License-Identifier: MIT
/// @file
/// Matrices made entry by entry: zero, the identity, blocks beside and above each other, and rows taken out again.
///
///     blocks(A, B, C, D) = [[A, B], [C, D]]          above(A, B) = [A; B]          rows<0, n>(above(A, B)) = A
#pragma once

#include "incontext/matrix/matrix.hpp"

namespace incontext {

/// The matrix with entry(row, col) at each place. The result is of the family of Number.
/// Cost: Rows * Cols calls. Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Cols, class Entry>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> generate(Entry&& entry) {
    if constexpr (requires { Matrix<Number, Rows, Cols>::generated(entry); }) {
        return Matrix<Number, Rows, Cols>::generated(entry);
    } else {
        Matrix<Number, Rows, Cols> matrix;
        for (int col = 0; col < Cols; ++col) {
            for (int row = 0; row < Rows; ++row) {
                matrix(row, col) = entry(row, col);
            }
        }
        return matrix;
    }
}

/// 0 [Rows x Cols]. Exact. Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Cols = Rows>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> zero() {
    return generate<Number, Rows, Cols>([](int, int) { return Number(0); });
}

/// factor * I [Size x Size]. Exact. Test: tests/unit/matrix.cpp.
template <class Number, int Size>
[[nodiscard]] constexpr Matrix<Number, Size, Size> identity(Number const& factor = Number(1)) {
    return generate<Number, Size, Size>([&](int row, int col) { return row == col ? factor : Number(0); });
}

/// [[upper_left, upper_right], [lower_left, lower_right]], as the paper writes its projections.
///
/// Exactness: copies. Errors: blocks that do not fit do not compile. Test: tests/unit/matrix.cpp.
template <AnyMatrix UL, AnyMatrix UR, AnyMatrix LL, AnyMatrix LR>
[[nodiscard]] constexpr auto blocks(UL const& upper_left, UR const& upper_right, LL const& lower_left,
                                    LR const& lower_right)
    -> Matrix<NumberOf<UL>, rows_of<UL> + rows_of<LL>, cols_of<UL> + cols_of<UR>> {
    constexpr int upper = rows_of<UL>;
    constexpr int left = cols_of<UL>;
    static_assert(
        rows_of<UR> == upper && cols_of<LL> == left && rows_of<LR> == rows_of<LL> && cols_of<LR> == cols_of<UR>,
        "blocks: the four blocks do not form a rectangle");
    return generate<NumberOf<UL>, upper + rows_of<LL>, left + cols_of<UR>>([&](int row, int col) -> NumberOf<UL> {
        return row < upper ? (col < left ? upper_left(row, col) : upper_right(row, col - left))
                           : (col < left ? lower_left(row - upper, col) : lower_right(row - upper, col - left));
    });
}

/// [upper; lower]: one matrix above another of the same width. Exactness: copies. Test: tests/unit/matrix.cpp.
template <AnyMatrix Upper, AnyMatrix Lower>
[[nodiscard]] constexpr auto above(Upper const& upper, Lower const& lower)
    -> Matrix<NumberOf<Upper>, rows_of<Upper> + rows_of<Lower>, cols_of<Upper>> {
    static_assert(cols_of<Upper> == cols_of<Lower>, "above: the two matrices have different widths");
    constexpr int split = rows_of<Upper>;
    return generate<NumberOf<Upper>, split + rows_of<Lower>, cols_of<Upper>>(
        [&](int row, int col) -> NumberOf<Upper> { return row < split ? upper(row, col) : lower(row - split, col); });
}

/// The Count rows from First on [Count x cols]. Exactness: copies. Errors: out of range does not compile.
/// Test: tests/unit/matrix.cpp.
template <int First, int Count, AnyMatrix M>
[[nodiscard]] constexpr Matrix<NumberOf<M>, Count, cols_of<M>> rows(M const& matrix) {
    static_assert(First >= 0 && Count >= 0 && First + Count <= rows_of<M>, "rows: the matrix has fewer rows");
    return generate<NumberOf<M>, Count, cols_of<M>>([&](int row, int col) { return matrix(First + row, col); });
}

}  // namespace incontext
