// SPDX-License-Identifier: MIT
// A dynamic Eigen matrix, which Eigen would accept. Eigen would check its size at run time, if at all.
//
// expected: a matrix has another shape than its place requires
// expected: (-1: a dynamic size; use a fixed-size matrix)
// expected: incontext::Given<-1, -1>, incontext::Required<5, 7>
#include "incontext/theorem.hpp"
#include "incontext/matrix/eigen.hpp"

using namespace incontext;

#ifdef BROKEN
using Context = Eigen::MatrixXf;
#else
using Context = Eigen::Matrix<float, 5, 7>;
#endif

Prompt<TokenShape{.token_dim = 5, .context = 7}, float> prompt(Context const& context) {
    return {.context = context, .query = Eigen::Matrix<float, 5, 1>::Zero()};
}
