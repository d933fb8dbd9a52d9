// SPDX-License-Identifier: MIT
// The trusted base of the exact family: sum, product and transpose of matrices, by numbers worked by hand.
#include "incontext/matrix/exact.hpp"

#include "incontext/number/rational.hpp"

namespace {

using namespace incontext;

template <int Rows, int Cols>
using M = ExactMatrix<Rational, Rows, Cols>;

// Column by column: A = [[1, 2, 0], [-3, 0, 5]], B = [[2, 1], [0, -1], [7, 3]].
constexpr M<2, 3> A{1, -3, 2, 0, 0, 5};
constexpr M<3, 2> B{2, 0, 7, 1, -1, 3};
static_assert(A(0, 1) == Rational(2) && A(1, 2) == Rational(5) && B(2, 0) == Rational(7));

static_assert(transpose(A) == M<3, 2>{1, 2, 0, -3, 0, 5});
static_assert(product(A, B) == M<2, 2>{2, 29, -1, 12});
static_assert(product(B, A) == M<3, 3>{-1, 3, -2, 4, 0, 14, 5, -5, 15});
static_assert(A * B == product(A, B));
static_assert(product(A, M<3, 1>{}) == M<2, 1>{} && product(M<1, 2>{}, A) == M<1, 3>{});

// Equality looks at every entry, the first and the last.
static_assert(!(A == M<2, 3>{2, -3, 2, 0, 0, 5}) && !(A == M<2, 3>{1, -3, 2, 0, 0, 6}));
static_assert(A == M<2, 3>{1, -3, 2, 0, 0, 5});

static_assert(A + transpose(B) == M<2, 3>{3, -2, 2, -1, 7, 8});
static_assert(A - transpose(B) == M<2, 3>{-1, -4, 2, 1, -7, 2} && -A == M<2, 3>{-1, 3, -2, 0, 0, -5});
static_assert(Rational(2) * A == A + A && A * Rational(2) == A + A && A / Rational(1, 2) == A + A);

constexpr bool assigning_operators_do_what_the_plain_ones_do() {
    M<2, 3> sum = A;
    sum += transpose(B);
    M<2, 3> difference = A;
    difference -= transpose(B);
    M<2, 3> doubled = A;
    doubled *= Rational(2);
    M<2, 3> halved = A;
    halved /= Rational(2);
    return sum == A + transpose(B) && difference == A - transpose(B) && doubled == A + A && halved + halved == A;
}
static_assert(assigning_operators_do_what_the_plain_ones_do());

}  // namespace
