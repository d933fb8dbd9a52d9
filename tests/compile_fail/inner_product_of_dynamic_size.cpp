// SPDX-License-Identifier: MIT
// The inner product of matrices whose sizes are known at run time only.
//
// expected: the sizes of a matrix are known while compiling
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Vector = Eigen::VectorXf;
#else
using Vector = Eigen::Vector3f;
#endif

float product_of(Vector const& a, Vector const& b) {
    return inner_product(a, b);
}
