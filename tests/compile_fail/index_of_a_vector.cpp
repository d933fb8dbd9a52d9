// SPDX-License-Identifier: MIT
// One index, and Eigen's way to write entries, on a vector of exact numbers.
//
// expected: an operator is written with what every family of matrices has
#include "incontext/theorem.hpp"

using namespace incontext;

Matrix<Modular, 2, 1> doubled(Matrix<Modular, 2, 1> const& x) {
#ifdef BROKEN
    Matrix<Modular, 2, 1> y;
    y << x(0) + x(0), x[1] + x[1];
    return y;
#else
    return {x(0, 0) + x(0, 0), x(1, 0) + x(1, 0)};
#endif
}
