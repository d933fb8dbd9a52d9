// SPDX-License-Identifier: MIT
// A view of one half of a symmetric matrix where a matrix belongs.
//
// expected: a matrix of Required<rows, cols> belongs here, but the argument is not a matrix; a triangular or selfadjoint view of Eigen's is made one first: Matrix<Number, rows, cols>(view)
#include "incontext/incontext.hpp"

using namespace incontext;

void set(LinearSelfAttention<TokenShape{.token_dim = 2, .context = 7}, double>& layer, Eigen::Matrix2d const& A) {
#ifdef BROKEN
    layer.query = A.selfadjointView<Eigen::Lower>();
#else
    layer.query = Matrix<double, 2, 2>(A.selfadjointView<Eigen::Lower>());
#endif
}
