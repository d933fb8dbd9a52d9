// SPDX-License-Identifier: MIT
/// @file
/// The matrices that run: Eigen's, with float or double entries, or with a pack of lanes for each entry.
#pragma once

#include <Eigen/Core>
#include <concepts>
#include <utility>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/lanes.hpp"

namespace Eigen {

template <class Number, int Count>
struct NumTraits<incontext::Lanes<Number, Count>> : GenericNumTraits<incontext::Lanes<Number, Count>> {
    using Real = incontext::Lanes<Number, Count>;
    using NonInteger = Real;
    using Nested = Real;
    using Literal = Number;
    enum { IsComplex = 0, IsInteger = 0, IsSigned = 1, RequireInitialization = 0, ReadCost = 1, AddCost = 1, MulCost = 1 };
};

template <class Number, int Count, class Operation>
struct ScalarBinaryOpTraits<Number, incontext::Lanes<Number, Count>, Operation> {
    using ReturnType = incontext::Lanes<Number, Count>;
};
template <class Number, int Count, class Operation>
struct ScalarBinaryOpTraits<incontext::Lanes<Number, Count>, Number, Operation> {
    using ReturnType = incontext::Lanes<Number, Count>;
};

namespace internal {

/// Packs bring their own alignment, which may exceed what Eigen would ask for and then does not compile.
template <class Number, int Count, int Size>
struct compute_default_alignment<incontext::Lanes<Number, Count>, Size> {
    enum { value = 0 };
};

}  // namespace internal

}  // namespace Eigen

namespace incontext {

/// Numbers whose matrices are Eigen's.
template <class Number>
concept EigenNumber = std::floating_point<Number> || is_lanes<Number>;

/// The user's own type: Matrix<float, 5, 7> is Eigen::Matrix<float, 5, 7>.
template <EigenNumber Number, int Rows, int Cols>
struct MatrixOf<Number, Rows, Cols> {
    // Eigen wants a row vector in row-major order.
    static constexpr int order = Rows == 1 && Cols != 1 ? Eigen::RowMajor : Eigen::ColMajor;
    using type = Eigen::Matrix<Number, Rows, Cols, order>;
};

/// Products and transposes of float and double: Eigen's. Heap-free for fixed sizes.
template <std::floating_point Number>
struct MatrixArithmetic<Number> {
    template <AnyMatrix A>
    static Matrix<Number, cols_of<A>, rows_of<A>> transpose(A const& a) {
        return a.transpose();
    }

    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Number, rows_of<A>, cols_of<B>> product(A const& a, B const& b) {
        Matrix<Number, rows_of<A>, cols_of<B>> result;
        if constexpr (rows_of<A> + cols_of<A> + cols_of<B> <= 64) {  // where Eigen's blocked product costs more
            result.noalias() = a.lazyProduct(b);
        } else {
            result.noalias() = a * b;
        }
        return result;
    }
};

/// Products and transposes of lanes; a factor may hold plain numbers, shared by all lanes.
///
/// Columns of the result are accumulated in registers, up to 12 rows at a time: every multiplication reads one entry of
/// A, and each entry of B is read once for all rows.
template <class Number, int Count>
struct MatrixArithmetic<Lanes<Number, Count>> {
    using Pack = Lanes<Number, Count>;

    template <AnyMatrix A>
    static Matrix<Pack, cols_of<A>, rows_of<A>> transpose(A const& a) {
        return a.transpose();
    }

    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, rows_of<A>, cols_of<B>> product(A const& a, B const& b) {
        Matrix<Pack, rows_of<A>, cols_of<B>> result;
        constexpr int full_blocks = rows_of<A> / rows_at_once;
        constexpr int remainder = rows_of<A> % rows_at_once;
        for (int col = 0; col < cols_of<B>; ++col) {
            for (int block = 0; block < full_blocks; ++block) {
                block_of_column(a, b, result, block * rows_at_once, col,
                                std::make_integer_sequence<int, rows_at_once>{});
            }
            if constexpr (remainder > 0) {
                block_of_column(a, b, result, full_blocks * rows_at_once, col,
                                std::make_integer_sequence<int, remainder>{});
            }
        }
        return result;
    }

  private:
    static constexpr int rows_at_once = 12;

    template <class A, class B, class Result, int... Row>
    static void block_of_column(A const& a, B const& b, Result& result, int first_row, int col,
                                std::integer_sequence<int, Row...>) {
        Pack sums[sizeof...(Row)];
        ((sums[Row] = a(first_row + Row, 0) * b(0, col)), ...);
        for (int i = 1; i < cols_of<A>; ++i) {
            auto const entry = b(i, col);
            ((sums[Row] += a(first_row + Row, i) * entry), ...);
        }
        ((result(first_row + Row, col) = sums[Row]), ...);
    }
};

}  // namespace incontext
