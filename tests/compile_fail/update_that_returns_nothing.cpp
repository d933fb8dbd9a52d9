// SPDX-License-Identifier: MIT
// A lambda that returns nothing, where an evaluation asks for an updated prompt.
//
// expected: an update must be callable as a constant (operator() is const), with a Prompt of these Dimensions, and return one of the same type
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

double loss(Evaluation<sizes> const& evaluation, GradientStep<sizes, float> const& step) {
#ifdef BROKEN
    return evaluation.loss([&](auto const& prompt) { static_cast<void>(step(prompt)); });
#else
    return evaluation.loss([&](auto const& prompt) { return step(prompt); });
#endif
}
