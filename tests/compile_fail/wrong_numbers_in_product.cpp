// SPDX-License-Identifier: MIT
// A product of float and double.
//
// expected: a matrix holds another number type than its place requires
// expected: a_matrix_has_the_wrong_numbers<incontext::a_factor_of_a_product, double, float>
#include "incontext/incontext.hpp"

using namespace incontext;

auto multiplied(Eigen::Matrix<float, 2, 3> const& a, Eigen::Matrix<double, 3, 4> const& b) {
#ifdef BROKEN
    return product(a, b);
#else
    return product(a, b.cast<float>());
#endif
}
