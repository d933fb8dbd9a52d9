// SPDX-License-Identifier: MIT
/// @file
/// The setting that the paper's experiments on linear regression share [vonOswald2023] sec. 3 and its code.
///
///     prompts     10 examples of y = w x, x uniform in (-1/2, 1/2)^10, w ~ N(0, I), and a query token (x; 0)
///     training    K layers of one head, Adam on 1/2 mean (prediction - target)^2, fresh prompts in every step
#pragma once

#include <cstdint>

#include "incontext/incontext.hpp"

namespace reproduce {

inline constexpr incontext::Dimensions sizes{.input = 10, .output = 1, .context = 10};
using Layer = incontext::LinearSelfAttention<sizes.tokens(), float>;
using GradientDescentStep = incontext::GradientStep<sizes, float>;
using GradientDescentPlusPlusStep = incontext::GradientDescentPlusPlus<sizes, float>;

/// A step of gradient descent from W0 = 0.
[[nodiscard]] inline GradientDescentStep step_of(double learning_rate) {
    return {.learning_rate = static_cast<float>(learning_rate),
            .initial_weights = incontext::zero<float, sizes.output, sizes.input>()};
}

/// A step of GD++ from W0 = 0.
[[nodiscard]] inline GradientDescentPlusPlusStep plus_plus_step_of(incontext::StepRates const& rates) {
    return {.learning_rate = static_cast<float>(rates.learning_rate),
            .gamma = static_cast<float>(rates.gamma),
            .initial_weights = incontext::zero<float, sizes.output, sizes.input>()};
}

/// How the reference trains K layers: it clips the gradient harder for one or two, and is slower beyond three.
[[nodiscard]] inline incontext::TrainingOptions training_options(int layers, int batch, std::uint32_t seed) {
    return {.batch = batch,
            .seed = seed,
            .largest_gradient_norm = layers <= 2 ? 1e-3 : 10.0,
            .adam = {.learning_rate = layers <= 3 ? 1e-3f : 5e-4f}};
}

}  // namespace reproduce
