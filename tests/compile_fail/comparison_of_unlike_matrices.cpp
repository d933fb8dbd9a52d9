// SPDX-License-Identifier: MIT
// Two exact matrices of unlike shapes, compared.
//
// expected: == and != compare two matrices of one shape and one type of numbers
// expected: only_matrices_of_one_shape_and_number_are_compared<incontext::Given<2, 3>, incontext::algebra::Modular, incontext::Given<3, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

bool compared(Matrix<Modular, 2, 3> const& a, Matrix<Modular, 3, 2> const& b) {
#ifdef BROKEN
    return a == b;
#else
    return a == transpose(b);
#endif
}
