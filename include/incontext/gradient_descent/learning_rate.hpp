// SPDX-License-Identifier: MIT
/// @file
/// The largest learning rate at which gradient descent is stable on the inputs of a prompt.
///
///     H = 1/N X X^T          error <- (I - eta H) error          stable for every target if and only if eta <= 2 / lambda_max(H)
///
/// Above it the error grows by |1 - eta lambda_max| with every step, and nothing else tells.
#pragma once

#include <cmath>
#include <concepts>
#include <limits>

#include "incontext/matrix/matrix.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// An upper bound of the largest eigenvalue of a symmetric H without negative ones, by its trace alone:
///
///     lambda_max <= (tr H^m)^(1/m) <= n^(1/m) lambda_max          m = 2^10
///
/// H is squared ten times, and divided by its trace each time, so that nothing overflows. The bound is too large by .23 % at
/// n = 10 and by .68 % at n = 1000, at most; below the normal numbers by up to two of their steps more. A power iteration would
/// come from below, and depend on where it begins.
/// Shapes: H [n x n]. Cost: 10 n^3. Exactness: (n + 40) u are added, more than is rounded off.
/// Errors: none; a matrix that is not finite gives NaN. Test: tests/unit/learning_rate.cpp (against Eigen's eigenvalues).
template <std::floating_point Number, int Size>
[[nodiscard]] Number bound_of_largest_eigenvalue(Matrix<Number, Size, Size> const& H) {
    constexpr int squarings = 10;
    Number largest(0);  // entries of H are at most that of its diagonal
    for (int i = 0; i < Size; ++i) {
        largest = H(i, i) > largest ? H(i, i) : largest;
    }
    if (largest == 0) {
        return Number(0) + H.sum() * Number(0);  // 0 and not -0, or NaN if an entry is
    }
    Matrix<Number, Size, Size> power = H / largest;
    Number traces[squarings + 1];
    for (int k = 0; k <= squarings; ++k) {
        if (k > 0) {
            Matrix<Number, Size, Size> const square = product(power, power);
            power = square;
        }
        traces[k] = power.trace();
        power /= traces[k];
    }
    // tr H^m = traces[0]^m traces[1]^(m/2) traces[2]^(m/4) ...
    Number root = traces[squarings];
    for (int k = squarings - 1; k >= 0; --k) {
        root = traces[k] * std::sqrt(root);
    }
    Number const slack = 1 + (Size + 40) * std::numeric_limits<Number>::epsilon() / 2;
    Number const bound = largest * root * slack;
    if (bound < std::numeric_limits<Number>::min()) {  // rounded to whole steps, of which a part is lost
        return std::nextafter(largest * (root * slack), std::numeric_limits<Number>::infinity());
    }
    return bound;
}

/// 2 / lambda_max of H = 1/N X X^T [input x input], from below: by bound_of_largest_eigenvalue. Infinite where H is 0.
/// Test: tests/unit/learning_rate.cpp.
template <std::floating_point Number, int Input>
[[nodiscard]] Number largest_stable_learning_rate_of_moments(Matrix<Number, Input, Input> const& H) {
    return Number(2) / bound_of_largest_eigenvalue<Number, Input>(H);
}

/// The largest learning rate at which gradient descent on the context of a prompt is stable, from any initial weights; at
/// most .23 % less for 10 inputs. A GradientStep, or a layer made of one, with a larger rate diverges when it is repeated.
///
/// Source: the errors' recurrence, [vonOswald2023] eq. (4) applied to a quadratic loss. Units: 1 / (input unit)^2.
/// Cost: input^2 context + 10 input^3 multiplications. Exactness: rounded down, never above 2 / lambda_max of the numbers
/// given, but for rounding of X X^T; of rates below the normal numbers one step less. Errors: as `inputs`; NaN for inputs that
/// are not finite; infinite where all are 0, and where the rate itself is above the greatest number (in float inputs of 1e-20).
/// Test: tests/unit/known_eigenvalues.cpp, tests/unit/learning_rate.cpp (against Eigen's eigenvalues; steps below it converge, above it diverge).
template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
[[nodiscard]] Number largest_stable_learning_rate(Prompt<Given, Number> const& prompt) {
    auto const X = inputs<Sizes>(prompt.context);
    Number scale(0);  // the largest |x|, so that squares of inputs neither overflow nor vanish
    Number nothing(0);
    for (int token = 0; token < Given.context; ++token) {
        for (int row = 0; row < Sizes.input; ++row) {
            Number const magnitude = std::abs(X(row, token));
            scale = magnitude > scale ? magnitude : scale;
            nothing += magnitude * Number(0);
        }
    }
    if (!(scale > 0) || nothing != 0) {
        return Number(2) / nothing;
    }
    Matrix<Number, Sizes.input, Given.context> const scaled = X / scale;
    Matrix<Number, Sizes.input, Sizes.input> const H =
        product(scaled, transpose(scaled)) / static_cast<Number>(Given.context);
    Number const rate = largest_stable_learning_rate_of_moments<Number, Sizes.input>(H) / scale / scale;
    if (rate > 0 && rate < std::numeric_limits<Number>::min()) {  // rounded to the nearest step, which may lie above
        return std::nextafter(rate, Number(0));
    }
    return rate;
}

/// Test: tests/compile_fail/least_squares_of_a_matrix.cpp.
template <class... Arguments>
struct a_regression_is_asked_of_a_prompt {
    static_assert(never<Arguments...>,
                  "what a regression on a prompt's examples is asked takes a Prompt of float or double, and its "
                  "Dimensions between < and >: "
                  "largest_stable_learning_rate<sizes>(prompt), least_squares_weights<sizes>(prompt), "
                  "least_squares_prediction<sizes>(prompt), ridge_weights<sizes>(prompt, penalty), "
                  "ridge_prediction<sizes>(prompt, "
                  "penalty)");
};

/// Without sizes, or of something else: one sentence.
template <auto... Values, class... Arguments>
    requires(!(DerivesFromPrompt<Arguments> || ...))
constexpr auto largest_stable_learning_rate(Arguments const&...) {
    return a_regression_is_asked_of_a_prompt<Arguments...>();
}

}  // namespace incontext
