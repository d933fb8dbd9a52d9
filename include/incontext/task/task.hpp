// SPDX-License-Identifier: MIT
/// @file
/// A task, and what a distribution of tasks is: something that draws one from each key.
#pragma once

#include <concepts>

#include "incontext/matrix/eigen.hpp"
#include "incontext/task/random.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// One task per lane: the prompt with W0 = 0, and what its query tokens should have been given.
template <Dimensions Sizes, class Number>
struct Task {
    Prompt<Sizes.tokens(), Number> prompt;               // context (X; Y), query (Xq; 0)
    Matrix<Number, Sizes.output, Sizes.query> target;    // W Xq
};

/// A distribution of tasks: draw<Sizes>(keys) is the task of each key, one per lane. LinearRegression, UnseenInputs and
/// NoisyTargets model it, and so may a struct of yours (tests/unit/least_squares.cpp has one).
///
/// A draw owes to be a pure function of its key, the same in whatever lane: every "same bits" of the library rests on it.
/// Test: tests/unit/task_distributions.cpp.
template <class Distribution, Dimensions Sizes, int Count>
concept TaskDistribution = requires(Distribution const& distribution, Keys<Count> const& keys) {
    { distribution.template draw<Sizes>(keys) } -> std::same_as<Task<Sizes, Lanes<float, Count>>>;
};

}  // namespace incontext
