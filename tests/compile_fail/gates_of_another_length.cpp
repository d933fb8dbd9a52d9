// SPDX-License-Identifier: MIT
// Two gates for a memory of three columns.
//
// expected: a sum needs terms of one shape
// expected: the_terms_of_a_sum_differ_in_shape<incontext::Given<2, 1>, incontext::Given<3, 1>
#include "incontext/online.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int gates = 2;
#else
constexpr int gates = 3;
#endif

void written(Matrix<Modular, 4, 3>& S, Matrix<Modular, gates, 1> const& kept, Matrix<Modular, 4, 1> const& value,
             Matrix<Modular, 3, 1> const& key) {
    fade_and_add_outer_product(S, kept, value, key);
}
