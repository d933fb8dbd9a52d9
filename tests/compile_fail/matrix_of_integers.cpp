// SPDX-License-Identifier: MIT
// A gradient step of integers: its 1/N would be 0.
//
// expected: an integer has no 1/N and no learning rate below 1
// expected: integers_are_no_numbers_of_a_matrix<int>
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Number = int;
#else
using Number = Rational;
#endif

auto rate(GradientStep<Dimensions{.input = 3, .output = 2, .context = 7}, Number> const& step) {
    return step.learning_rate;
}
