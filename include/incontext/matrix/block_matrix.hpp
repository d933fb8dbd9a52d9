// SPDX-License-Identifier: MIT
/// @file
/// The matrices of the symbolic family: blocks of unnamed size in place of entries.
///
/// An operator adds, multiplies and transposes whole matrices and takes rows of blocks. It does not see a block: one block of
/// the context stands for all of its tokens, and an operator that went through tokens one by one would see one token.
#pragma once

#include <concepts>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/matrix/refused.hpp"
#include "incontext/number/polynomial.hpp"

namespace incontext {

namespace algebra {

/// A matrix of symbolic blocks: [[I, 0], [W0, -I]] is a BlockMatrix<2, 2>.
///
/// Each block has an unnamed size; a transpose therefore also transposes the blocks.
/// Exactness: exact. Cost: that of Polynomial, for each block. Errors: those of Polynomial; an entry, == and Eigen's members
/// do not compile. Test: tests/unit/matrix.cpp, tests/static/proposition_1.cpp, tests/compile_fail/symbolic_entries.cpp.
template <int Rows, int Cols>
class BlockMatrix : public HasNoMembersOfEigen {
  public:
    using Scalar = Polynomial;
    static constexpr int RowsAtCompileTime = Rows;
    static constexpr int ColsAtCompileTime = Cols;

    constexpr BlockMatrix() = default;

    /// From its blocks, column by column.
    template <class... Blocks>
        requires(static_cast<int>(sizeof...(Blocks)) == Rows * Cols && (std::convertible_to<Blocks, Polynomial> && ...))
    constexpr explicit(Rows* Cols == 1) BlockMatrix(Blocks const&... columns) : blocks_{Polynomial(columns)...} {}

    /// One block, for the trusted base.
    [[nodiscard]] constexpr Polynomial& block(trusted::IsKey auto, int row, int col) {
        return blocks_[col * Rows + row];
    }
    /// One block, for the trusted base.
    [[nodiscard]] constexpr Polynomial const& block(trusted::IsKey auto, int row, int col) const {
        return blocks_[col * Rows + row];
    }

    /// Does not compile: nobody looks into a symbolic block.
    template <class Row, class Column>
    constexpr Polynomial& operator()(Row const&, Column const&) {
        static_assert(nobody_looks_into_a_symbolic_block<void(Row, Column)>::value, "see the first error");
        return blocks_[0];
    }
    template <class Row, class Column>
    constexpr Polynomial const& operator()(Row const&, Column const&) const {
        static_assert(nobody_looks_into_a_symbolic_block<void(Row, Column)>::value, "see the first error");
        return blocks_[0];
    }
    template <class... Index>
        requires(sizeof...(Index) != 2)
    constexpr auto const& operator()(Index const&...) const { return refused<Index...>(*this); }
    /// Does not compile, as Eigen's member of that name.
    using HasNoMembersOfEigen::block;

    friend constexpr BlockMatrix operator+(BlockMatrix const& a, BlockMatrix const& b) {
        return each([&](int i) { return a.blocks_[i] + b.blocks_[i]; });
    }
    friend constexpr BlockMatrix operator-(BlockMatrix const& a, BlockMatrix const& b) {
        return each([&](int i) { return a.blocks_[i] - b.blocks_[i]; });
    }
    friend constexpr BlockMatrix operator-(BlockMatrix const& a) {
        return each([&](int i) { return -a.blocks_[i]; });
    }
    friend constexpr BlockMatrix operator*(Polynomial const& factor, BlockMatrix const& a) {
        return each([&](int i) { return factor * a.blocks_[i]; });
    }
    friend constexpr BlockMatrix operator*(BlockMatrix const& a, Polynomial const& factor) {
        return each([&](int i) { return a.blocks_[i] * factor; });
    }
    friend constexpr BlockMatrix operator/(BlockMatrix const& a, Polynomial const& divisor) {
        return each([&](int i) { return a.blocks_[i] / divisor; });
    }
    constexpr BlockMatrix& operator+=(BlockMatrix const& b) { return *this = *this + b; }
    constexpr BlockMatrix& operator-=(BlockMatrix const& b) { return *this = *this - b; }
    constexpr BlockMatrix& operator*=(Polynomial const& factor) { return *this = *this * factor; }
    constexpr BlockMatrix& operator/=(Polynomial const& divisor) { return *this = *this / divisor; }

  private:
    template <class Block>
    static constexpr BlockMatrix each(Block const& block) {
        BlockMatrix result;
        for (int i = 0; i < Rows * Cols; ++i) {
            result.blocks_[i] = block(i);
        }
        return result;
    }

    Polynomial blocks_[Rows * Cols]{};
};

/// Does not compile, of whatever shapes and in whatever places. Test: tests/compile_fail/symbolic_comparison.cpp.
template <AnyMatrix A, AnyMatrix B>
    requires std::same_as<NumberOf<A>, Polynomial> || std::same_as<NumberOf<B>, Polynomial>
[[nodiscard]] constexpr bool operator==(A const&, B const&) {
    return nobody_looks_into_a_symbolic_block<void(A, B)>::value;
}

/// A product as Eigen writes it. Exactness, errors: as product(a, b). Test: tests/unit/matrix.cpp.
template <int Rows, int Inner, int Cols>
[[nodiscard]] constexpr BlockMatrix<Rows, Cols> operator*(BlockMatrix<Rows, Inner> const& a,
                                                          BlockMatrix<Inner, Cols> const& b) {
    return product(a, b);
}

}  // namespace algebra
using algebra::BlockMatrix;

template <NumberClass Number, int Rows, int Cols>
    requires FixedSizes<Rows, Cols> && std::same_as<Number, Polynomial>
struct MatrixOf<Number, Rows, Cols> {
    using type = BlockMatrix<Rows, Cols>;
};

/// The textbook definitions, block by block.
template <NumberClass Number>
    requires std::same_as<Number, Polynomial>
struct MatrixArithmetic<Number> {
    /// (A^T)_rc = (A_cr)^T.
    template <int Rows, int Cols>
    static constexpr BlockMatrix<Cols, Rows> transpose(BlockMatrix<Rows, Cols> const& a) {
        return trusted::generate<Number, Cols, Rows>(
            [&](int row, int col) { return trusted::entry(a, col, row).transposed(); });
    }

    /// (A B)_rc = sum over i of A_ri B_ic, in the order of i.
    template <int Rows, int Inner, int Cols>
    static constexpr BlockMatrix<Rows, Cols> product(BlockMatrix<Rows, Inner> const& a,
                                                     BlockMatrix<Inner, Cols> const& b) {
        return trusted::generate<Number, Rows, Cols>([&](int row, int col) {
            Number sum = trusted::entry(a, row, 0) * trusted::entry(b, 0, col);
            for (int i = 1; i < Inner; ++i) {
                sum += trusted::entry(a, row, i) * trusted::entry(b, i, col);
            }
            return sum;
        });
    }

    /// A A^T.
    template <int Rows, int Inner>
    static constexpr BlockMatrix<Rows, Rows> product_with_own_transpose(BlockMatrix<Rows, Inner> const& a) {
        return product(a, transpose(a));
    }
};

namespace trusted {

/// True if all blocks of two matrices are the same polynomials; of matrices of other numbers: ==. Exact.
/// Test: tests/static/proposition_1.cpp.
template <int Rows, int Cols>
[[nodiscard]] constexpr bool same(BlockMatrix<Rows, Cols> const& a, BlockMatrix<Rows, Cols> const& b) {
    for (int col = 0; col < Cols; ++col) {
        for (int row = 0; row < Rows; ++row) {
            if (!same(entry(a, row, col), entry(b, row, col))) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace trusted

}  // namespace incontext
