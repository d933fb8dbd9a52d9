// SPDX-License-Identifier: MIT
// A sum of two exact matrices of unlike shapes.
//
// expected: a sum needs terms of one shape
// expected: the_terms_of_a_sum_differ_in_shape<incontext::Given<2, 3>, incontext::Given<3, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

auto summed(Matrix<Modular, 2, 3> const& a, Matrix<Modular, 3, 2> const& b) {
#ifdef BROKEN
    return a + b;
#else
    return a + transpose(b);
#endif
}
