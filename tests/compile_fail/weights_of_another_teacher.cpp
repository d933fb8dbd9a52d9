// SPDX-License-Identifier: MIT
// The weights of a teacher as a column: a row for each output, a column for each input.
//
// expected: a matrix has another shape than its place requires
// expected: a_matrix_has_the_wrong_shape<incontext::the_weights_W_of_a_teacher, incontext::Given<2, 1>, incontext::Required<1, 2>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

#ifdef BROKEN
using Weights = Eigen::Matrix<float, 2, 1>;
#else
using Weights = Eigen::Matrix<float, 1, 2>;
#endif

void teach(Weights const& W, Task<sizes, float>& task) {
    set_targets(W, task);
}
