// SPDX-License-Identifier: MIT
/// @file
/// The matrices that run: Eigen's, with float or double entries, or with a pack of lanes for each entry.
#pragma once

#include <Eigen/Core>
#include <concepts>
#include <cstddef>
#include <type_traits>

#include "incontext/matrix/lane_kernel.hpp"
#include "incontext/matrix/lane_storage.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/one_alignment.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/support/one_register_width.hpp"

namespace Eigen {

template <class Number, int Count>
struct NumTraits<incontext::Lanes<Number, Count>> : GenericNumTraits<incontext::Lanes<Number, Count>> {
    using Real = incontext::Lanes<Number, Count>;
    using NonInteger = Real;
    using Nested = Real;
    using Literal = Number;
    enum {
        IsComplex = 0,
        IsInteger = 0,
        IsSigned = 1,
        RequireInitialization = 0,
        ReadCost = 1,
        AddCost = 1,
        MulCost = 1
    };
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
    requires FixedSizes<Rows, Cols>
struct MatrixOf<Number, Rows, Cols> {
    // Eigen wants a row vector in row-major order.
    static constexpr int order = Rows == 1 && Cols != 1 ? Eigen::RowMajor : Eigen::ColMajor;
    using type = Eigen::Matrix<Number, Rows, Cols, order>;
};

namespace eigen_matrices {

/// The matrix of the shape and numbers of an expression.
template <AnyMatrix M>
using Like = Matrix<NumberOf<M>, rows_of<M>, cols_of<M>>;

/// A matrix in a named place as the matrix that it is: one function for both. An expression is evaluated.
template <AnyMatrix M>
    requires std::derived_from<M, Like<M>> Like<M>
const& matrix_of(M const& matrix) {
    return matrix;
}
template <AnyMatrix M>
Like<M> matrix_of(M const& expression) {
    return expression;
}
template <AnyMatrix M>
Like<M>& sum_of(M& matrix) {
    return matrix;
}

/// Sums that can be gone on with in place: a block of a matrix cannot.
template <AnyMatrix M>
inline constexpr bool is_stored = std::derived_from<M, Like<M>>;

}  // namespace eigen_matrices

/// As many numbers as a register holds, in memory that is aligned for a number alone. Without arithmetic of their own:
/// matrix/lane_kernel.hpp loads and stores them.
template <class Number>
struct UnalignedRegister {
    using Lane = Number;
    static constexpr int lane_count = native_lanes<Number>;

    Number lanes[static_cast<std::size_t>(lane_count)];
};

/// A matrix of float or double, column after column, as a matrix of packs: as many of its rows as a register holds.
/// Eigen aligns its matrices for the registers, unless a program says otherwise (EIGEN_MAX_ALIGN_BYTES,
/// EIGEN_MAX_STATIC_ALIGN_BYTES, EIGEN_DONT_ALIGN, EIGEN_DONT_VECTORIZE). Test: tests/architecture/eigen_macros.
template <class Number, int Rows, bool IsAligned>
struct RowsInRegisters {
    using Row = std::remove_const_t<Number>;
    using Scalar = std::conditional_t<IsAligned, Lanes<Row, native_lanes<Row>>, UnalignedRegister<Row>>;
    using Entry = std::conditional_t<std::is_const_v<Number>, Scalar const, Scalar>;
    Number* entries;

    [[gnu::always_inline]] Entry& operator()(int row, int col) const {
        return reinterpret_cast<Entry*>(entries + static_cast<std::ptrdiff_t>(col) * Rows)[row];
    }
};

/// Products and transposes of float and double: Eigen's; of large matrices whose columns are whole registers, by the blocks of
/// matrix/lane_kernel.hpp, to which the rows of a register are lanes. Heap-free for fixed sizes. Test: tests/unit/matrix.cpp,
/// tests/unit/products_in_blocks.cpp.
template <std::floating_point Number>
struct MatrixArithmetic<Number> {
    /// Whether a product is one of blocks: beyond the sizes where Eigen's unrolled one is as fast.
    template <int Rows, int Inner, int Cols>
    static constexpr bool in_blocks =
        Rows % native_lanes<Number> == 0 && Inner > 1 && Cols > 1 && Rows + Inner + Cols > 64;

    template <AnyMatrix A>
    static Matrix<Number, cols_of<A>, rows_of<A>> transpose(A const& a) {
        return a.transpose();
    }

    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Number, rows_of<A>, cols_of<B>> product(A const& a, B const& b) {
        Matrix<Number, rows_of<A>, cols_of<B>> result;
        using eigen_matrices::matrix_of;
        if constexpr (in_blocks<rows_of<A>, cols_of<A>, cols_of<B>>) {
            write_blocks<lane_kernel::AsIs>(matrix_of(a), matrix_of(b), lane_kernel::FromZero{}, result);
        } else if constexpr (rows_of<A> + cols_of<A> + cols_of<B> <= 64) {  // where Eigen's blocked product costs more
            result.noalias() = a.lazyProduct(b);
        } else {
            result.noalias() = a * b;
        }
        return result;
    }

    /// A B^T.
    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Number, rows_of<A>, rows_of<B>> product_with_transpose(A const& a, B const& b) {
        Matrix<Number, rows_of<A>, rows_of<B>> result;
        using eigen_matrices::matrix_of;
        if constexpr (in_blocks<rows_of<A>, cols_of<A>, rows_of<B>>) {
            write_blocks<lane_kernel::Transposed>(matrix_of(a), matrix_of(b), lane_kernel::FromZero{}, result);
        } else {
            result = product(a, transpose(b));
        }
        return result;
    }

    /// C += A B, C += A B^T.
    template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
        requires(eigen_matrices::is_stored<C>&& cols_of<A> == rows_of<B> && rows_of<C> == rows_of<A> &&
                 cols_of<C> == cols_of<B> && in_blocks<rows_of<A>, cols_of<A>, cols_of<B>>)
    static void add_product(C& c, A const& a, B const& b) {
        using eigen_matrices::matrix_of;
        auto& sum = eigen_matrices::sum_of(c);
        write_blocks<lane_kernel::AsIs>(matrix_of(a), matrix_of(b), in_registers(sum), sum);
    }
    template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
        requires(eigen_matrices::is_stored<C>&& cols_of<A> == cols_of<B> && rows_of<C> == rows_of<A> &&
                 cols_of<C> == rows_of<B> && in_blocks<rows_of<A>, cols_of<A>, rows_of<B>>)
    static void add_product_with_transpose(C& c, A const& a, B const& b) {
        using eigen_matrices::matrix_of;
        auto& sum = eigen_matrices::sum_of(c);
        write_blocks<lane_kernel::Transposed>(matrix_of(a), matrix_of(b), in_registers(sum), sum);
    }

  private:
    /// The order is said: it is not Eigen's default where EIGEN_DEFAULT_TO_ROW_MAJOR is defined.
    template <int Rows, int Cols>
    using ByColumns = Eigen::Matrix<Number, Rows, Cols, Eigen::ColMajor>;
    template <class M>
    static constexpr bool is_aligned = alignof(M) >= sizeof(Number) * static_cast<std::size_t>(native_lanes<Number>);

    template <int Rows, int Cols>
    static auto in_registers(ByColumns<Rows, Cols>& matrix) {
        return RowsInRegisters<Number, Rows, is_aligned<ByColumns<Rows, Cols>>>{matrix.data()};
    }
    template <int Rows, int Cols>
    static auto in_registers(ByColumns<Rows, Cols> const& matrix) {
        return RowsInRegisters<Number const, Rows, is_aligned<ByColumns<Rows, Cols>>>{matrix.data()};
    }

    template <class ViewOfB, int Rows, int Inner, class B, class Start, int Cols>
    [[gnu::noinline]] static void write_blocks(ByColumns<Rows, Inner> const& a, B const& b, Start const& start,
                                               ByColumns<Rows, Cols>& result) {
        auto rows = in_registers(result);
        lane_kernel::write_sums<Rows / native_lanes<Number>, Inner, Cols, lane_kernel::AsIs, ViewOfB>(in_registers(a),
                                                                                                      b, start, rows);
    }
};

/// Products and transposes of lanes; a factor may hold plain numbers, shared by all lanes.
///
/// Sums are kept in registers (matrix/lane_kernel.hpp); transposed factors are read in place. A product of matrices, beside
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
        return sums<rows_of<A>, cols_of<A>, cols_of<B>, lane_kernel::AsIs, lane_kernel::AsIs>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b));
    }

    /// A^T B.
    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, cols_of<A>, cols_of<B>> product_of_transpose(A const& a, B const& b) {
        return sums<cols_of<A>, rows_of<A>, cols_of<B>, lane_kernel::Transposed, lane_kernel::AsIs>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b));
    }

    /// A B^T.
    template <AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, rows_of<A>, rows_of<B>> product_with_transpose(A const& a, B const& b) {
        return sums<rows_of<A>, cols_of<A>, rows_of<B>, lane_kernel::AsIs, lane_kernel::Transposed>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b));
    }

    /// C + A B.
    template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, rows_of<A>, cols_of<B>> plus_product(C const& c, A const& a, B const& b) {
        return sums<rows_of<A>, cols_of<A>, cols_of<B>, lane_kernel::AsIs, lane_kernel::AsIs>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b), eigen_matrices::matrix_of(c));
    }

    /// C + A^T B.
    template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
    static Matrix<Pack, cols_of<A>, cols_of<B>> plus_product_of_transpose(C const& c, A const& a, B const& b) {
        return sums<cols_of<A>, rows_of<A>, cols_of<B>, lane_kernel::Transposed, lane_kernel::AsIs>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b), eigen_matrices::matrix_of(c));
    }

    /// C += A B, C += A^T B, C += A B^T.
    template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
        requires(eigen_matrices::is_stored<C>&& rows_of<C> == rows_of<A> && cols_of<A> == rows_of<B> &&
                 cols_of<B> == cols_of<C>)
    static void add_product(C& c, A const& a, B const& b) {
        add_sums<cols_of<A>, lane_kernel::AsIs, lane_kernel::AsIs>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b), eigen_matrices::sum_of(c));
    }
    template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
        requires(eigen_matrices::is_stored<C>&& rows_of<C> == cols_of<A> && rows_of<A> == rows_of<B> &&
                 cols_of<B> == cols_of<C>)
    static void add_product_of_transpose(C& c, A const& a, B const& b) {
        add_sums<rows_of<A>, lane_kernel::Transposed, lane_kernel::AsIs>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b), eigen_matrices::sum_of(c));
    }
    template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
        requires(eigen_matrices::is_stored<C>&& rows_of<C> == rows_of<A> && cols_of<A> == cols_of<B> &&
                 rows_of<B> == cols_of<C>)
    static void add_product_with_transpose(C& c, A const& a, B const& b) {
        add_sums<cols_of<A>, lane_kernel::AsIs, lane_kernel::Transposed>(
            eigen_matrices::matrix_of(a), eigen_matrices::matrix_of(b), eigen_matrices::sum_of(c));
    }

    /// A A^T.
    template <AnyMatrix A>
    static Matrix<Pack, rows_of<A>, rows_of<A>> product_with_own_transpose(A const& a) {
        Matrix<Pack, rows_of<A>, rows_of<A>> result;
        symmetric_sums_when_called<rows_of<A>, cols_of<A>>(eigen_matrices::matrix_of(a), result);
        return result;
    }

  private:
    template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B,
              class Start = lane_kernel::FromZero>
    static Matrix<Pack, Rows, Cols> sums(A const& a, B const& b, Start const& start = {}) {
        Matrix<Pack, Rows, Cols> result;
        write_sums<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, start, result);
        return result;
    }

    template <int Inner, class ViewOfA, class ViewOfB, class A, class B, int Rows, int Cols, int Order>
    static void add_sums(A const& a, B const& b, Eigen::Matrix<Pack, Rows, Cols, Order>& result) {
        write_sums<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, result, result);
    }

    template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B, class Start>
    static void write_sums(A const& a, B const& b, Start const& start, Matrix<Pack, Rows, Cols>& result) {
        if constexpr (Rows > 1 && Inner > 1 && Cols > 1) {
            sums_when_called<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, start, result);
        } else {
            lane_kernel::write_sums<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, start, result);
        }
    }

    template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B, class Start>
    [[gnu::noinline]] static void sums_when_called(A const& a, B const& b, Start const& start,
                                                   Matrix<Pack, Rows, Cols>& result) {
        lane_kernel::write_sums<Rows, Inner, Cols, ViewOfA, ViewOfB>(a, b, start, result);
    }

    template <int Size, int Inner, class A>
    [[gnu::noinline]] static void symmetric_sums_when_called(A const& a, Matrix<Pack, Size, Size>& result) {
        lane_kernel::write_symmetric_sums<Size, Inner>(a, result);
    }
};

}  // namespace incontext
