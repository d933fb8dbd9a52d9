// SPDX-License-Identifier: MIT
// A query projection for tokens of another dimension.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::the_query_projection_W_Q, incontext::Given<4, 4>, incontext::Required<5, 5>
#include "incontext/theorem.hpp"
#include "incontext/matrix/eigen.hpp"

using namespace incontext;
using Square = Eigen::Matrix<float, 5, 5>;

#ifdef BROKEN
using Query = Eigen::Matrix<float, 4, 4>;
#else
using Query = Square;
#endif

LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, float> layer(Query const& query, Square const& other) {
    return {.query = query, .key = other, .value = other, .output = other};
}
