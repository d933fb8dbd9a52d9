// SPDX-License-Identifier: MIT
// A matrix of zeros, from one zero.
//
// expected: an exact matrix is made from rows * cols entries
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr Matrix<Rational, 2, 3> matrix = 0;
#else
constexpr Matrix<Rational, 2, 3> matrix = zero<Rational, 2, 3>();
#endif
static_assert(matrix(0, 1) == Rational(0));
