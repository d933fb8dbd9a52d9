// SPDX-License-Identifier: MIT
// Prop. 1 for all sizes and for those of the paper, without Eigen.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto attention_layer = [](auto any) { return as_attention(gradient_step(any)); };

static_assert(identical_for_all_sizes(gradient_step, attention_layer));
static_assert(identical<Dimensions{.input = 10, .output = 1, .context = 10}>(gradient_step, attention_layer));

}  // namespace
