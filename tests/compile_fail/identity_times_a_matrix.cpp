// SPDX-License-Identifier: MIT
// The factor of an identity is a matrix.
//
// expected: a matrix is made by zero<Number, rows, cols>()
#include "incontext/theorem.hpp"

using namespace incontext;

auto scaled(Matrix<Modular, 3, 3> const& A) {
#ifdef BROKEN
    return identity<Modular, 3>(A);
#else
    return A;
#endif
}
