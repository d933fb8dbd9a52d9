// SPDX-License-Identifier: MIT
// A number where a matrix belongs.
//
// expected: the argument is not a matrix
// expected: this_is_not_a_matrix<incontext::the_initial_weights_W0, float, incontext::Required<2, 3>
#include "incontext/theorem.hpp"
#include "incontext/matrix/eigen.hpp"

using namespace incontext;

GradientStep<Dimensions{.input = 3, .output = 2, .context = 7}, float> step() {
#ifdef BROKEN
    return {.learning_rate = 1, .initial_weights = 0.0f};
#else
    return {.learning_rate = 1, .initial_weights = zero<float, 2, 3>()};
#endif
}
