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
///
/// Two relatives, in the same way: the step on centred inputs, which two softmax heads make, and the step where the inputs have
/// a covariance and the targets noise.
#pragma once

#include <array>
#include <cstddef>
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
/// Exactness: exact. Errors: sizes below 1, a variance of 0 and overflowing fractions throw (at compile time: do not compile); that the
/// variance is not negative is not asked.
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

/// eta*, loss* of a step on centred inputs, dW = (eta/N) sum of y_i (x_i - mean x)^T: what two opposite heads of softmax do to
/// first order (tests/static/softmax_first_order.cpp).
///
///     eta*  = N / (sigma^2 n)                  n = N + d + (kappa - 3) (N - 1)/N
///     loss* = 1/2 sigma^2 d (1 - (N - 1) / n)
///
/// Derivation: as above with A = 1/N sum of x_i (x_i - mean x)^T, E tr A = d sigma^2 (N - 1)/N and
/// E tr A^2 = d sigma^4 n (N - 1)/N^2. Inputs, losses of several outputs, exactness, errors: as one_step_optimum. With one
/// example nothing moves, and every rate is as good.
/// Test: tests/static/exact_optimum.cpp (3000/473 and 310/1419), tests/unit/exact_optimum.cpp (against sampled tasks).
[[nodiscard]] constexpr OneStepOptimum centred_step_optimum(InputDistribution const& distribution, int input,
                                                            int context, int output = 1) {
    if (input < 1 || context < 1 || output < 1) {
        fail<std::domain_error>("incontext::centred_step_optimum: input, context and output must be at least 1");
    }
    Rational const N(context);
    Rational const d(input);
    Rational const spread = N + d + (distribution.kurtosis - Rational(3)) * (N - Rational(1)) / N;
    return {.learning_rate = N / (distribution.variance * spread),
            .loss = Rational(output, 2) * distribution.variance * d * (Rational(1) - (N - Rational(1)) / spread)};
}

/// eta*, loss* of one step with one rate, for normal inputs of covariance L and context targets with noise of variance tau^2.
///
///     eta*  = N tr L^2 / ((N + 1) tr L^3 + (tr L + tau^2) tr L^2)
///     loss* = 1/2 (tr L - eta* tr L^2)
///
/// Inputs x ~ N(0, L) in the context and in the query, w ~ N(0, I), y_i = <w, x_i> + noise; the loss is that of <w, x_q>, so
/// the query's own noise is left out. L enters by its eigenvalues alone: `variances` are those of the inputs in the
/// directions of its eigenvectors. Derivation: the loss is
/// 1/2 E tr L (I - eta A)(I - eta A)^T + 1/2 eta^2 tau^2/N tr L^2 with A = 1/N sum of x_i x_i^T, E tr L A = tr L^2 and
/// E tr L A A^T = ((N + 1) tr L^3 + tr L tr L^2) / N.
/// Exactness: exact. Errors: no inputs, an empty context, a negative variance, or 0 for all of them throw (at compile time: do
/// not compile).
/// Test: tests/static/exact_optimum.cpp (L = sigma^2 I is one_step_optimum), tests/unit/exact_optimum.cpp (sampled tasks).
template <std::size_t Inputs>
[[nodiscard]] constexpr OneStepOptimum one_step_optimum(std::array<Rational, Inputs> const& variances,
                                                        Rational noise_variance, int context) {
    if (Inputs < 1 || context < 1) {
        fail<std::domain_error>("incontext::one_step_optimum: there must be at least one input and one example");
    }
    bool is_negative = noise_variance.numerator() < 0;
    Rational trace(0);
    Rational trace_of_square(0);
    Rational trace_of_cube(0);
    for (Rational const& variance : variances) {
        is_negative = is_negative || variance.numerator() < 0;
        trace += variance;
        trace_of_square += variance * variance;
        trace_of_cube += variance * variance * variance;
    }
    if (is_negative) {
        fail<std::domain_error>("incontext::one_step_optimum: a variance is negative");
    }
    Rational const N(context);
    Rational const rate =
        N * trace_of_square / ((N + Rational(1)) * trace_of_cube + (trace + noise_variance) * trace_of_square);
    return {.learning_rate = rate, .loss = (trace - rate * trace_of_square) / Rational(2)};
}

}  // namespace incontext
