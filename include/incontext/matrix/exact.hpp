// SPDX-License-Identifier: MIT
/// @file
/// ExactMatrix: a fixed-size matrix of any number class, usable in constant expressions (Eigen 3.4 is not).
///
/// Its sum, product and transpose are the trusted base of the exact and the symbolic family, so they are the textbook
/// definitions and nothing more.
#pragma once

#include <type_traits>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/number.hpp"

namespace incontext {

/// A matrix [Rows x Cols] with entries in column-major order. Names as in Eigen, so that one source serves both.
///
/// Exactness: that of Number. Cost: the definitions' (Rows * Inner * Cols multiplications for a product).
/// Errors: an entry out of range is not checked at run time and does not compile in a constant expression.
/// Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Cols>
struct ExactMatrix {
    using Scalar = Number;
    static constexpr int RowsAtCompileTime = Rows;
    static constexpr int ColsAtCompileTime = Cols;

    Number entries[Rows * Cols]{};

    [[nodiscard]] constexpr Number& operator()(int row, int col) { return entries[col * Rows + row]; }
    [[nodiscard]] constexpr Number const& operator()(int row, int col) const { return entries[col * Rows + row]; }

    friend constexpr ExactMatrix operator+(ExactMatrix const& a, ExactMatrix const& b) {
        return generate<Number, Rows, Cols>([&](int row, int col) { return a(row, col) + b(row, col); });
    }
    friend constexpr ExactMatrix operator-(ExactMatrix const& a, ExactMatrix const& b) {
        return generate<Number, Rows, Cols>([&](int row, int col) { return a(row, col) - b(row, col); });
    }
    friend constexpr ExactMatrix operator-(ExactMatrix const& a) {
        return generate<Number, Rows, Cols>([&](int row, int col) { return -a(row, col); });
    }
    friend constexpr ExactMatrix operator*(Number const& factor, ExactMatrix const& a) {
        return generate<Number, Rows, Cols>([&](int row, int col) { return factor * a(row, col); });
    }
    constexpr ExactMatrix& operator+=(ExactMatrix const& b) { return *this = *this + b; }
    constexpr ExactMatrix& operator-=(ExactMatrix const& b) { return *this = *this - b; }
    friend constexpr bool operator==(ExactMatrix const& a, ExactMatrix const& b) {
        for (int i = 0; i < Rows * Cols; ++i) {
            if (!(a.entries[i] == b.entries[i])) {
                return false;
            }
        }
        return true;
    }
};

/// A number class (Modular, Polynomial, Dual, ...) has ExactMatrix; float, double and Lanes have Eigen's.
template <class Number>
concept NumberClass = std::is_class_v<Number> && !requires {
    Number::lane_count;
};

template <NumberClass Number, int Rows, int Cols>
struct MatrixOf<Number, Rows, Cols> {
    using type = ExactMatrix<Number, Rows, Cols>;
};

/// The textbook definitions.
template <NumberClass Number>
struct MatrixArithmetic<Number> {
    /// (A^T)_rc = A_cr; of a symbolic matrix, (A^T)_rc = (A_cr)^T.
    template <int Rows, int Cols>
    static constexpr ExactMatrix<Number, Cols, Rows> transpose(ExactMatrix<Number, Rows, Cols> const& a) {
        return generate<Number, Cols, Rows>([&](int row, int col) { return transposed_entry(a(col, row)); });
    }

    /// (A B)_rc = sum over i of A_ri B_ic, in the order of i.
    template <int Rows, int Inner, int Cols>
    static constexpr ExactMatrix<Number, Rows, Cols> product(ExactMatrix<Number, Rows, Inner> const& a,
                                                             ExactMatrix<Number, Inner, Cols> const& b) {
        return generate<Number, Rows, Cols>([&](int row, int col) {
            Number sum = a(row, 0) * b(0, col);
            for (int i = 1; i < Inner; ++i) {
                sum += a(row, i) * b(i, col);
            }
            return sum;
        });
    }
};

}  // namespace incontext
