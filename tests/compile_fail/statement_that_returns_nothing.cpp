// SPDX-License-Identifier: MIT
// A statement without a return: there is no update to compare.
//
// expected: a statement returns the update for its unknowns, in their numbers
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = []<class Any>(Any any) {
#ifdef BROKEN
    static_cast<void>(as_attention(step(any)));
#else
    return as_attention(step(any));
#endif
};
static_assert(identical_for_all_sizes(step, layer));
