// SPDX-License-Identifier: MIT
// A product that is added to a matrix of another shape.
//
// expected: a sum needs terms of one shape
// expected: the_terms_of_a_sum_differ_in_shape<incontext::Given<5, 3>, incontext::Given<5, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int cols = 3;
#else
constexpr int cols = 2;
#endif

auto summed(Matrix<Modular, 5, cols> const& c, Matrix<Modular, 5, 7> const& a, Matrix<Modular, 7, 2> const& b) {
    return plus_product(c, a, b);
}
