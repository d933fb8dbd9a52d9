// SPDX-License-Identifier: MIT
// A statement that returns an update of float, whatever its unknowns are.
//
// expected: a statement returns the update for its unknowns, in their numbers
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto mine = []<class Any>(Any any) {
#ifdef BROKEN
    return GradientStep<Any::dimensions, float>{0.5f, {}};
#else
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
#endif
};
static_assert(identical_for_all_sizes(step, mine));
