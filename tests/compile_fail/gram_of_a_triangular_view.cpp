// SPDX-License-Identifier: MIT
// A triangular view of Eigen's in the place of a matrix: read entry by entry, it gives the other half as well.
//
// expected: this function takes matrices, as many as its declaration says
// expected: a triangular or selfadjoint view of Eigen's by Matrix<Number, rows, cols>(view)
#include "incontext/incontext.hpp"

using namespace incontext;

auto of_the_upper_half(Eigen::Matrix2d const& A) {
#ifdef BROKEN
    return gram(A.triangularView<Eigen::Upper>());
#else
    return gram(Matrix<double, 2, 2>(A.triangularView<Eigen::Upper>()));
#endif
}
