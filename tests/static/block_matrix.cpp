// SPDX-License-Identifier: MIT
// The trusted base of proofs for all sizes, one level above polynomials: matrices of symbolic blocks.
#include "incontext/matrix/block_matrix.hpp"

#include "incontext/matrix/gram.hpp"

namespace {

using namespace incontext;
using trusted::same;

constexpr Axis x = Axis::input;
constexpr Polynomial A(Letter("A", x, x));
constexpr Polynomial B(Letter("B", x, x));
constexpr Polynomial C(Letter("C", x, x));
constexpr Polynomial D(Letter("D", x, x));
constexpr Polynomial E(Letter("E", x, x));
constexpr Polynomial F(Letter("F", x, x));
constexpr Polynomial eta(Letter("eta"));

// Column by column: M = [[A, C, E], [B, D, F]], K = [[A, 0], [B, 1], [D, E]].
constexpr BlockMatrix<2, 3> M{A, B, C, D, E, F};
constexpr BlockMatrix<3, 2> K{A, B, D, 0, 1, E};

static_assert(same(product(M, K), BlockMatrix<2, 2>{A * A + C * B + E * D, B* A + D* B + F* D, C + E* E, D + F* E}));
static_assert(same(M * K, product(M, K)));
static_assert(same(transpose(M), BlockMatrix<3, 2>{A.transposed(), C.transposed(), E.transposed(), B.transposed(),
                                                   D.transposed(), F.transposed()}));
static_assert(same(gram(M), product(M, transpose(M))));
static_assert(same(MatrixArithmetic<Polynomial>::product_with_own_transpose(M), product(M, transpose(M))));

// Every block is compared: that of the first and of the last row and column.
static_assert(same(M, M) && !same(M, BlockMatrix<2, 3>{F, B, C, D, E, F}) &&
              !same(M, BlockMatrix<2, 3>{A, A, C, D, E, F}));
static_assert(!same(M, BlockMatrix<2, 3>{A, B, C, D, E, A}) && !same(M, BlockMatrix<2, 3>{A, B, C, D, A, F}));

constexpr BlockMatrix<2, 1> column{A, B};
constexpr BlockMatrix<2, 1> other{C, eta* D};
static_assert(same(column + other, BlockMatrix<2, 1>{A + C, B + eta* D}));
static_assert(same(column - other, BlockMatrix<2, 1>{A - C, B - eta* D}));
static_assert(same(-column, BlockMatrix<2, 1>{-A, -B}));
static_assert(same(column / Polynomial(2) + column / Polynomial(2), column));

// A number stands on its side.
static_assert(same(C * column, BlockMatrix<2, 1>{C * A, C* B}) && same(column * C, BlockMatrix<2, 1>{A * C, B* C}));

constexpr bool assigning_operators_do_what_the_plain_ones_do() {
    auto sum = column;
    sum += other;
    auto difference = column;
    difference -= other;
    auto multiple = column;
    multiple *= C;
    auto quotient = column;
    quotient /= Polynomial(2);
    return same(sum, column + other) && same(difference, column - other) && same(multiple, column * C) &&
           same(quotient, column / Polynomial(2));
}
static_assert(assigning_operators_do_what_the_plain_ones_do());

}  // namespace
