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

/// The sizes of most experiments. Those with sizes of their own use the templates below, the others need not name any.
inline constexpr incontext::Dimensions sizes{.input = 10, .output = 1, .context = 10};

/// The shape of the tokens as a class template: g++ 12 crashes on an alias that calls tokens() on sizes which depend on a
/// template argument of its user.
template <incontext::Dimensions Sizes>
struct TokensOf {
    static constexpr incontext::TokenShape shape = Sizes.tokens();
};

template <incontext::Dimensions Sizes>
using LayerOf = incontext::LinearSelfAttention<TokensOf<Sizes>::shape, float>;
template <incontext::Dimensions Sizes>
using GradientDescentStepOf = incontext::GradientStep<Sizes, float>;
template <incontext::Dimensions Sizes>
using GradientDescentPlusPlusStepOf = incontext::GradientDescentPlusPlus<Sizes, float>;

using Layer = LayerOf<sizes>;
using GradientDescentStep = GradientDescentStepOf<sizes>;
using GradientDescentPlusPlusStep = GradientDescentPlusPlusStepOf<sizes>;

/// A step of gradient descent from W0 = 0.
template <incontext::Dimensions Sizes>
[[nodiscard]] GradientDescentStepOf<Sizes> step_from_zero(double learning_rate) {
    return {.learning_rate = static_cast<float>(learning_rate),
            .initial_weights = incontext::zero<float, Sizes.output, Sizes.input>()};
}
[[nodiscard]] inline GradientDescentStep step_of(double learning_rate) {
    return step_from_zero<sizes>(learning_rate);
}

/// A step of GD++ from W0 = 0.
template <incontext::Dimensions Sizes>
[[nodiscard]] GradientDescentPlusPlusStepOf<Sizes> plus_plus_step_from_zero(incontext::StepRates const& rates) {
    return {.learning_rate = static_cast<float>(rates.learning_rate),
            .gamma = static_cast<float>(rates.gamma),
            .initial_weights = incontext::zero<float, Sizes.output, Sizes.input>()};
}
[[nodiscard]] inline GradientDescentPlusPlusStep plus_plus_step_of(incontext::StepRates const& rates) {
    return plus_plus_step_from_zero<sizes>(rates);
}

/// How the reference trains K layers: it clips the gradient harder for one or two, and is slower beyond three.
[[nodiscard]] inline incontext::TrainingOptions training_options(int layers, int batch, std::uint32_t seed) {
    return {.batch = batch,
            .seed = seed,
            .largest_gradient_norm = layers <= 2 ? 1e-3 : 10.0,
            .adam = {.learning_rate = layers <= 3 ? 1e-3f : 5e-4f}};
}

}  // namespace reproduce

// Compiled once, in paper_setting.cpp, for all programs.
extern template class incontext::Training<reproduce::sizes, reproduce::Layer>;
