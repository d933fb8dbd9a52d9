// SPDX-License-Identifier: MIT
/// @file
/// The best learning rate of one gradient step and its expected loss, as fractions, at compile time.
///
///     eta*  = N / (sigma^2 (N + d + kappa - 2))
///     loss* = 1/2 sigma^2 d (1 - N / (N + d + kappa - 2))
///
/// for iid input entries of variance sigma^2 and kurtosis kappa = E x^4 / sigma^4, teacher w ~ N(0, I), W0 = 0, and any
/// number of examples N and inputs d. Derivation: with A = 1/N sum x_i x_i^T, the error of the prediction is
/// w^T (I - eta A) x_q, so the loss is 1/2 sigma^2 E tr (I - eta A)^2 = 1/2 sigma^2 (d - 2 eta E tr A + eta^2 E tr A^2),
/// with E tr A = d sigma^2 and E tr A^2 = d sigma^4 (N + d + kappa - 2) / N; minimise over eta.
#pragma once

#include <stdexcept>

#include "incontext/number/rational.hpp"
#include "incontext/support/version.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// What the optimum needs to know of the inputs' distribution.
struct InputDistribution {
    Rational variance;
    Rational kurtosis;  // E x^4 / variance^2, of the centred entry
};

/// Uniform in (-range/2, range/2): variance range^2 / 12, kurtosis 9/5.
[[nodiscard]] constexpr InputDistribution uniform_inputs(Rational range = 1) {
    return {.variance = range * range / Rational(12), .kurtosis = Rational(9, 5)};
}

/// Normal of this variance: kurtosis 3.
[[nodiscard]] constexpr InputDistribution normal_inputs(Rational variance = 1) {
    return {.variance = variance, .kurtosis = Rational(3)};
}

/// eta* and loss* of one step.
struct OneStepOptimum {
    Rational learning_rate;
    Rational loss;
};

/// eta*, loss* for d inputs, N examples and `output` independent outputs (the losses of outputs add).
///
/// Exactness: exact. Errors: sizes below 1 and overflowing fractions throw (at compile time: do not compile).
/// Test: tests/static/exact_optimum.cpp (200/33 and 245/1188), tests/unit/exact_optimum.cpp (against sampled tasks).
[[nodiscard]] constexpr OneStepOptimum one_step_optimum(InputDistribution const& distribution, int input, int context,
                                                        int output = 1) {
    if (input < 1 || context < 1 || output < 1) {
        fail<std::domain_error>("incontext::one_step_optimum: input, context and output must be at least 1");
    }
    Rational const N(context);
    Rational const d(input);
    Rational const spread = N + d + distribution.kurtosis - Rational(2);
    return {.learning_rate = N / (distribution.variance * spread),
            .loss = Rational(output, 2) * distribution.variance * d * (Rational(1) - N / spread)};
}

}  // namespace incontext
