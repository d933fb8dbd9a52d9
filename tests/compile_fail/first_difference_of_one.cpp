// SPDX-License-Identifier: MIT
// The first difference of one update.
//
// expected: two updates are compared by identical<sizes>(first, second)
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) { return as_attention(step(any)); };

auto difference() {
#ifdef BROKEN
    return first_difference<sizes>(step);
#else
    return first_difference<sizes>(step, layer);
#endif
}
