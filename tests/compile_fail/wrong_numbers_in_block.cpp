// SPDX-License-Identifier: MIT
// Targets in double above inputs in float: they would have been rounded to float without a word.
//
// expected: a matrix holds another number type than its place requires
// expected: a_matrix_has_the_wrong_numbers<incontext::a_block_of_a_matrix, double, float>
#include "incontext/incontext.hpp"

using namespace incontext;

auto tokens(Eigen::Matrix<float, 3, 7> const& X, Eigen::Matrix<double, 2, 7> const& Y) {
#ifdef BROKEN
    return above(X, Y);
#else
    return above(X, Y.cast<float>());
#endif
}
