// SPDX-License-Identifier: MIT
// The entries row by row in braces, as of an Eigen matrix.
//
// expected: an exact matrix is made from rows * cols entries
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr Matrix<Rational, 2, 2> matrix{{1, 2}, {3, 4}};
#else
constexpr Matrix<Rational, 2, 2> matrix{1, 3, 2, 4};
#endif
static_assert(matrix(0, 1) == Rational(2));
