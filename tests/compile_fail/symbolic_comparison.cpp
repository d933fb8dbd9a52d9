// SPDX-License-Identifier: MIT
// A proof by ==: two symbolic prompts are compared as the matrices that they are said to be. A comparison that looks into
// blocks is made by identical_for_all_sizes.
//
// expected: a symbolic block stands for a whole part of a matrix, of any size, so it has no entries
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};

#ifdef BROKEN
constexpr symbolic::AnySizes any{};
static_assert(step(any)(any.prompt()) == any.prompt());
#else
static_assert(identical_for_all_sizes(step, [](auto unknowns) { return as_attention(step(unknowns)); }));
#endif
