// SPDX-License-Identifier: MIT
// Two exact matrices of unlike numbers, compared by !=.
//
// expected: == and != compare two matrices of one shape and one type of numbers
#include "incontext/theorem.hpp"

using namespace incontext;

bool compared(Matrix<Rational, 2, 3> const& a, Matrix<Modular, 2, 3> const& b) {
#ifdef BROKEN
    return a != b;
#else
    return Modular(a(0, 0).numerator()) / Modular(a(0, 0).denominator()) != b(0, 0);
#endif
}
