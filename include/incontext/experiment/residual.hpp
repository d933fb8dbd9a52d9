// SPDX-License-Identifier: MIT
/// @file
/// What K steps of GD++ leave of one eigendirection, and its derivative with respect to their rates.
///
///     r_0 = m_0 = 1,   r_{k+1} = r_k (1 - a_k l m_k^2),   m_{k+1} = m_k (1 - gamma_k l m_k^2),   a_k = eta_k / N
///
/// l is an eigenvalue of X X^T. r is what is left of its eigendirection of w, m what is left of it in the inputs. Gradient
/// descent is gamma = 0. With s_k = l m_k^2 and a bar for "derivative of r_K with respect to", r_ and m_ go backward from
/// r_K_ = 1, m_K_ = 0:
///
///     eta_k_ = -r_{k+1}_ r_k s_k / N          s_k_ = -r_{k+1}_ r_k a_k - m_{k+1}_ m_k gamma_k
///     gamma_k_ = -m_{k+1}_ m_k s_k            r_k_ = r_{k+1}_ (1 - a_k s_k)
///                                             m_k_ = m_{k+1}_ (1 - gamma_k s_k) + 2 l m_k s_k_
///
/// Both are written over any number, so the derivative is proven against dual numbers and the recursion against the steps.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "incontext/support/version.hpp"

namespace incontext {

/// The rates of one step. gamma multiplies the un-normalised X X^T; learning_rate is eta, not eta / N.
template <class Number>
struct StepRatesOf {
    Number learning_rate{};
    Number gamma{};
};
/// The rates of a step, in double.
using StepRates = StepRatesOf<double>;

/// r_K for one eigenvalue: with W0 = 0, the error of the prediction of w x in this direction is -r_K w x.
///
/// Exactness: that of Number. Cost: 6 multiplications and a division a step. Errors: none.
/// Test: tests/static/residual.cpp (identical to the steps, with one input), tests/unit/spectrum.cpp (sampled losses).
template <class Number>
[[nodiscard]] constexpr Number residual(Number const& eigenvalue, int context,
                                        std::type_identity_t<std::span<StepRatesOf<Number> const>> steps) {
    Number r(1);
    Number m(1);
    for (StepRatesOf<Number> const& step : steps) {
        Number const seen = eigenvalue * m * m;
        r = r * (Number(1) - step.learning_rate / Number(context) * seen);
        m = m * (Number(1) - step.gamma * seen);
    }
    return r;
}

/// r_K, and in `derivative` its derivative with respect to the two rates of every step.
///
/// Exactness: that of Number. Cost: about four times that of residual. No heap. Errors: `derivative` must have as many
/// entries as `steps`, which is not checked. Test: tests/static/residual.cpp (against dual numbers).
template <class Number>
constexpr Number residual_with_derivative(Number const& eigenvalue, int context,
                                          std::type_identity_t<std::span<StepRatesOf<Number> const>> steps,
                                          std::type_identity_t<std::span<StepRatesOf<Number>>> derivative) {
    Number const N(context);
    Number r(1);
    Number m(1);
    for (std::size_t k = 0; k < steps.size(); ++k) {
        derivative[k] = {r, m};  // r_k and m_k wait here for the way back
        Number const seen = eigenvalue * m * m;
        r = r * (Number(1) - steps[k].learning_rate / N * seen);
        m = m * (Number(1) - steps[k].gamma * seen);
    }
    Number r_(1);
    Number m_(0);
    for (std::size_t k = steps.size(); k-- > 0;) {
        auto const [r_k, m_k] = derivative[k];
        Number const a = steps[k].learning_rate / N;
        Number const gamma = steps[k].gamma;
        Number const seen = eigenvalue * m_k * m_k;
        derivative[k] = {r_ * r_k * -seen / N, m_ * m_k * -seen};
        Number const seen_ = -r_ * r_k * a - m_ * m_k * gamma;
        r_ = r_ * (Number(1) - a * seen);
        m_ = m_ * (Number(1) - gamma * seen) + seen_ * Number(2) * eigenvalue * m_k;
    }
    return r;
}

}  // namespace incontext
