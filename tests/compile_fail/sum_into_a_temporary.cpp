// SPDX-License-Identifier: MIT
// A product is added to a temporary, which nobody reads.
//
// expected: this function takes matrices, as many as its declaration says
#include "incontext/theorem.hpp"

using namespace incontext;

Matrix<Modular, 2, 2> sum(Matrix<Modular, 2, 3> const& A, Matrix<Modular, 3, 2> const& B) {
#ifdef BROKEN
    add_product(zero<Modular, 2, 2>(), A, B);
    return zero<Modular, 2, 2>();
#else
    auto C = zero<Modular, 2, 2>();
    add_product(C, A, B);
    return C;
#endif
}
