// SPDX-License-Identifier: MIT
// The first difference of two updates, looked for in float.
//
// expected: a proof draws its unknowns from exact numbers
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};

auto difference() {
#ifdef BROKEN
    return first_difference<sizes, float>(step, step);
#else
    return first_difference<sizes, Rational>(step, step);
#endif
}
