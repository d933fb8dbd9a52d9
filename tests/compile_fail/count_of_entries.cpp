// SPDX-License-Identifier: MIT
// Five entries for a matrix of six.
//
// expected: an exact matrix is made from rows * cols entries
// expected: an_exact_matrix_is_made_from_all_its_entries<incontext::Required<2, 3>, 5
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr Matrix<Rational, 2, 3> matrix{1, 2, 3, 4, 5};
#else
constexpr Matrix<Rational, 2, 3> matrix{1, 2, 3, 4, 5, 6};
#endif
static_assert(matrix(0, 1) == Rational(3));
