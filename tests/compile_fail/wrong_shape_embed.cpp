// SPDX-License-Identifier: MIT
// Targets for another number of examples than there are inputs.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::the_targets_Y, incontext::Given<2, 6>, incontext::Required<2, 7>
#include "incontext/theorem.hpp"
#include "incontext/matrix/eigen.hpp"

#ifdef BROKEN
constexpr int examples = 6;
#else
constexpr int examples = 7;
#endif

auto prompt(Eigen::Matrix<float, 3, 7> const& X, Eigen::Matrix<float, 2, examples> const& Y,
            Eigen::Matrix<float, 3, 4> const& Xq) {
    return incontext::embed(X, Y, Xq);
}
