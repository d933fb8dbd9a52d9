// SPDX-License-Identifier: MIT
// Doubles beside floats.
//
// expected: a matrix holds another number type than its place requires
// expected: a_block_of_a_matrix, double, float
#include "incontext/incontext.hpp"

using namespace incontext;

auto joined(Matrix<float, 2, 3> const& A, Matrix<double, 2, 4> const& B) {
#ifdef BROKEN
    return beside(A, B);
#else
    return beside(A, B.cast<float>());
#endif
}
