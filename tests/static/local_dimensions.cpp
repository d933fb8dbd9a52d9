// SPDX-License-Identifier: MIT
// Dimensions that are a local constant of a function template, in a lambda: g++ 12 crashes on Prompt<sizes.tokens(), Number>
// there, and accepts PromptOf<sizes, Number>. Compiling this file is the test.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

template <class Number>
constexpr bool step_runs_in_a_lambda() {
    constexpr Dimensions sizes{2, 1, 3};
    auto const run = [&](Number rate) {
        GradientStep<sizes, Number> const step{rate, zero<Number, 1, 2>()};
        PromptOf<sizes, Number> const prompt{.context = zero<Number, 3, 3>(), .query = zero<Number, 3, 1>()};
        return step(prompt) == prompt;
    };
    return run(Number(1));
}
static_assert(step_runs_in_a_lambda<Modular>());

}  // namespace
