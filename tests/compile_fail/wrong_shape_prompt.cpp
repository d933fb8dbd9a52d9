// SPDX-License-Identifier: MIT
// A context of another shape than the prompt has.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::the_context_of_a_prompt, incontext::Given<7, 5>, incontext::Required<5, 7>
#include "incontext/theorem.hpp"
#include "incontext/matrix/eigen.hpp"

using namespace incontext;

#ifdef BROKEN
using Context = Eigen::Matrix<float, 7, 5>;
#else
using Context = Eigen::Matrix<float, 5, 7>;
#endif

Prompt<TokenShape{.token_dim = 5, .context = 7}, float> prompt(Context const& context) {
    return {.context = context, .query = Eigen::Matrix<float, 5, 1>::Zero()};
}
