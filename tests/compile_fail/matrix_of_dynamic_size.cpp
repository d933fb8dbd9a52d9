// SPDX-License-Identifier: MIT
// The loss on matrices of dynamic size: its sums go over sizes that are known while compiling, and would be empty.
//
// expected: the sizes of a matrix are known while compiling
// expected: a_matrix_has_fixed_sizes<incontext::Given<-1, -1>
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Targets = Eigen::MatrixXf;
#else
using Targets = Eigen::Matrix<float, 2, 7>;
#endif

float loss(Eigen::Matrix<float, 2, 3> const& W, Eigen::Matrix<float, 3, 7> const& X, Targets const& Y) {
    return regression_loss(W, X, Y);
}
