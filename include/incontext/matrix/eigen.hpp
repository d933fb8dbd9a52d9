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
/// A, and each entry of B is read once for all rows. Transposed factors are read in place. A product of matrices, beside
/// which a call costs little, is a function of its own: it is compiled once, in whatever expressions it stands.
template <class Number, int Count>
struct MatrixArithmetic<Lanes<Number, Count>> {
    using Pack = Lanes<Number, Count>;

    template <AnyMatrix A>
    static Matrix<Pack, cols_of<A>, rows_of<A>> transpose(A const& a) {
        return a.transpose();
    }

    /// A B.
    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, rows_of<A>, cols_of<B>> product(A const& a, B const& b) {
        return sums<rows_of<A>, cols_of<A>, cols_of<B>, AsIs, AsIs>(matrix_of(a), matrix_of(b));
    }

    /// A^T B.
    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, cols_of<A>, cols_of<B>> product_of_transpose(A const& a, B const& b) {
        return sums<cols_of<A>, rows_of<A>, cols_of<B>, Transposed, AsIs>(matrix_of(a), matrix_of(b));
    }

    /// A B^T.
    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, rows_of<A>, rows_of<B>> product_with_transpose(A const& a, B const& b) {
        return sums<rows_of<A>, cols_of<A>, rows_of<B>, AsIs, Transposed>(matrix_of(a), matrix_of(b));
    }

  private:
    static constexpr int rows_at_once = 12;

    /// A matrix in a named place as the matrix that it is: one function for both.
    template <AnyMatrix M>
    static Matrix<NumberOf<M>, rows_of<M>, cols_of<M>> const& matrix_of(M const& matrix) {
        return matrix;
    }

    struct AsIs {
        static auto const& entry(auto const& matrix, int row, int col) { return matrix(row, col); }
    };
    struct Transposed {
        static auto const& entry(auto const& matrix, int row, int col) { return matrix(col, row); }
    };

    /// sum over i of A(row, i) B(i, col), A and B as their views show them.
    template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B>
    static Matrix<Pack, Rows, Cols> sums(A const& a, B const& b) {
        Matrix<Pack, Rows, Cols> result;
        if constexpr (Rows > 1 && Inner > 1 && Cols > 1) {
            write_sums_when_called<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, result);
        } else {
            write_sums<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, result);
        }
        return result;
    }

    template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B>
    [[gnu::noinline]] static void write_sums_when_called(A const& a, B const& b, Matrix<Pack, Rows, Cols>& result) {
        write_sums<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, result);
    }

    template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B>
    static void write_sums(A const& a, B const& b, Matrix<Pack, Rows, Cols>& result) {
        constexpr int full_blocks = Rows / rows_at_once;
        constexpr int remainder = Rows % rows_at_once;
        auto const write_block = [&]<int... Row>(int first_row, int col, std::integer_sequence<int, Row...>) {
            Pack sum[sizeof...(Row)];
            ((sum[Row] = ViewOfA::entry(a, first_row + Row, 0) * ViewOfB::entry(b, 0, col)), ...);
            for (int i = 1; i < Inner; ++i) {
                auto const entry = ViewOfB::entry(b, i, col);
                ((sum[Row] += ViewOfA::entry(a, first_row + Row, i) * entry), ...);
            }
            ((result(first_row + Row, col) = sum[Row]), ...);
        };
        for (int col = 0; col < Cols; ++col) {
            for (int block = 0; block < full_blocks; ++block) {
                write_block(block * rows_at_once, col, std::make_integer_sequence<int, rows_at_once>{});
            }
            if constexpr (remainder > 0) {
                write_block(full_blocks * rows_at_once, col, std::make_integer_sequence<int, remainder>{});
            }
        }
    }
};

}  // namespace incontext
