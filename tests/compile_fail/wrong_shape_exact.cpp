// SPDX-License-Identifier: MIT
// An exact matrix from one of another shape.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::an_exact_matrix, incontext::Given<2, 3>, incontext::Required<3, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

Matrix<Modular, 3, 2> turned(Matrix<Modular, 2, 3> const& a) {
#ifdef BROKEN
    return a;
#else
    return transpose(a);
#endif
}
