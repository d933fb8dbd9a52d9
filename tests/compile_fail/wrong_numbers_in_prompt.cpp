// SPDX-License-Identifier: MIT
// Doubles in a prompt of floats.
//
// expected: a matrix holds another number type than its place requires
// expected: a_matrix_has_the_wrong_numbers<incontext::the_context_of_a_prompt, double, float
#include "incontext/theorem.hpp"
#include "incontext/matrix/eigen.hpp"

using namespace incontext;

Prompt<TokenShape{.token_dim = 5, .context = 7}, float> prompt(Eigen::Matrix<double, 5, 7> const& context) {
#ifdef BROKEN
    return {.context = context, .query = Eigen::Matrix<float, 5, 1>::Zero()};
#else
    return {.context = context.cast<float>(), .query = Eigen::Matrix<float, 5, 1>::Zero()};
#endif
}
