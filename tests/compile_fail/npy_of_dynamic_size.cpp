// SPDX-License-Identifier: MIT
// A matrix of dynamic size as an .npy file: nobody knows while compiling how many numbers it has.
//
// expected: the sizes of a matrix are known while compiling: see Given<rows, cols> in this message
// expected: a_matrix_has_fixed_sizes<
#include "incontext/incontext.hpp"
#include "incontext/io/npy.hpp"

using namespace incontext;

#ifdef BROKEN
using Weights = Eigen::MatrixXf;
#else
using Weights = Eigen::Matrix<float, 3, 4>;
#endif

auto bytes(Weights const& weights) {
    return npy_bytes(weights, WeightLayout::output_by_input);
}
