// SPDX-License-Identifier: MIT
/// @file
/// The rates with which gradient descent and GD++ have the smallest expected loss, fitted to the eigenvalues of contexts.
///
///     minimise    sum over i of r_K(l_i)^2    over eta_k and gamma_k, shared by all steps or not
///
/// by the method of Levenberg and Marquardt: (J^T J + damping diag(J^T J)) change = -J^T r, where J is the derivative of the
/// r_K(l_i) with respect to the rates (experiment/residual.hpp), and the damping falls while the loss does.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "incontext/experiment/residual.hpp"
#include "incontext/experiment/spectrum.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// Whether all steps share their rates, as a looped layer does, or each has its own.
enum class Rates { shared, per_step };

/// The rates of Depth steps of GD++ (or, with gamma fixed at 0, of gradient descent) with the smallest expected loss.
struct FittedRates {
    std::vector<StepRates> steps;
    double expected_loss = 0;
};

/// Which rates may move.
enum class Rule { gradient_descent, gradient_descent_plus_plus };

/// The best rates of K steps, by the method of Levenberg and Marquardt on the residuals r_K(l_i).
///
/// The reference trains eta and gamma with Adam on sampled tasks; the quantity minimised is the same, its noise is not.
/// Where the fit has several minima it starts from the best shared rates, these from a scan of eta with gamma = 0.
/// The gamma of the last step has no effect and is 0 where steps have rates of their own, or there is one step only.
/// Exactness: a fit ends where a step lowers the loss by less than 1e-12 of it, or after 200 steps; that it is stationary is not asked.
/// Cost: 401 passes over the eigenvalues, and some tens for each fit: 1 of gradient descent, 10 more of GD++, 1 more of rates per step.
/// Errors: depth < 1 throws std::invalid_argument. Test: tests/unit/fitted_rates.cpp (one step: the exact optimum; a rate moved by 2 % is
/// worse; never above gradient descent).
template <class Number = double>  // a template, so that Eigen's decomposition is compiled only where this is used
[[nodiscard]] FittedRates fit_rates(Spectra const& spectra, int depth, Rule rule, Rates rates);

// ------------------------------------------------------------------------------------------------------- details ----

namespace spectral_fit {

/// The steps that a vector of free parameters stands for: (eta, gamma) or eta, once or per step.
struct Parametrisation {
    int depth = 0;
    Rule rule = Rule::gradient_descent;
    Rates rates = Rates::shared;

    [[nodiscard]] int count() const {
        return (rule == Rule::gradient_descent ? 1 : 2) * (rates == Rates::shared ? 1 : depth);
    }

    [[nodiscard]] std::vector<StepRates> steps(Eigen::VectorXd const& free) const {
        std::vector<StepRates> result(static_cast<std::size_t>(depth));
        int const per_step = rule == Rule::gradient_descent ? 1 : 2;
        for (int k = 0; k < depth; ++k) {
            int const first = rates == Rates::shared ? 0 : per_step * k;
            result[static_cast<std::size_t>(k)] = {.learning_rate = free(first),
                                                   .gamma = per_step == 2 ? free(first + 1) : 0};
        }
        return result;
    }

    /// The derivative with respect to the free parameters from that with respect to the rates of every step.
    [[nodiscard]] Eigen::VectorXd reduced(std::vector<StepRates> const& derivative) const {
        Eigen::VectorXd result = Eigen::VectorXd::Zero(count());
        int const per_step = rule == Rule::gradient_descent ? 1 : 2;
        for (int k = 0; k < depth; ++k) {
            int const first = rates == Rates::shared ? 0 : per_step * k;
            StepRates const& of_step = derivative[static_cast<std::size_t>(k)];
            result(first) += of_step.learning_rate;
            if (per_step == 2) {
                result(first + 1) += of_step.gamma;
            }
        }
        return result;
    }
};

/// Levenberg-Marquardt from a start.
template <class Vector>
FittedRates minimised(Spectra const& spectra, Parametrisation const& parametrisation, Vector free) {
    using Square = Eigen::Matrix<typename Vector::Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    int const count = parametrisation.count();
    double loss = spectra.expected_loss(parametrisation.steps(free));
    double damping = 1e-3;
    std::vector<StepRates> of_rates(static_cast<std::size_t>(parametrisation.depth));
    for (int iteration = 0; iteration < 200 && damping < 1e12; ++iteration) {
        Square normal = Square::Zero(count, count);
        Vector gradient = Vector::Zero(count);
        auto const steps = parametrisation.steps(free);
        for (double const eigenvalue : spectra.eigenvalues()) {
            double const rest = residual_with_derivative(eigenvalue, spectra.context(), steps, of_rates);
            Vector const derivative = parametrisation.reduced(of_rates);
            normal.noalias() += derivative * derivative.transpose();
            gradient += rest * derivative;
        }
        bool improved = false;
        double const before = loss;
        while (!improved && damping < 1e12) {
            Square damped = normal;
            damped.diagonal() += damping * normal.diagonal() + Vector::Constant(count, 1e-12 * normal.trace());
            Vector const candidate = free - damped.ldlt().solve(gradient);
            double const candidate_loss = spectra.expected_loss(parametrisation.steps(candidate));
            improved = candidate_loss < loss;
            if (improved) {
                free = candidate;
                loss = candidate_loss;
                damping /= 5;
            } else {
                damping *= 4;
            }
        }
        if (improved && before - loss < 1e-12 * before) {
            break;
        }
    }
    return {.steps = parametrisation.steps(free), .expected_loss = loss};
}

}  // namespace spectral_fit

template <class Number>
FittedRates fit_rates(Spectra const& spectra, int depth, Rule rule, Rates rates) {
    using spectral_fit::minimised;
    using spectral_fit::Parametrisation;
    using Vector = Eigen::Matrix<Number, Eigen::Dynamic, 1>;
    require_ieee_arithmetic<Number>();
    if (depth < 1) {
        fail<std::invalid_argument>("fit_rates: at least one step is needed");
    }
    // Gradient descent with one shared rate: the best of a scan, polished.
    Parametrisation const shared_descent{depth, Rule::gradient_descent, Rates::shared};
    double largest = 0;
    for (double const eigenvalue : spectra.eigenvalues()) {
        largest = eigenvalue > largest ? eigenvalue : largest;
    }
    Vector best = Vector::Zero(1);
    double best_loss = spectra.expected_loss(shared_descent.steps(best));
    for (int i = 1; i <= 400; ++i) {
        // Beyond 2 N / mean-square scale every step diverges; 40 N / largest is far beyond.
        Vector const candidate = Vector::Constant(1, i * 0.1 * spectra.context() / largest);
        double const loss = spectra.expected_loss(shared_descent.steps(candidate));
        if (loss < best_loss) {
            best = candidate;
            best_loss = loss;
        }
    }
    FittedRates fit = minimised(spectra, shared_descent, best);
    if (rule == Rule::gradient_descent_plus_plus) {
        Parametrisation const shared{depth, rule, Rates::shared};
        // The start of the reference, gamma = eta / N^2, and larger ones: the best of all is kept.
        double const eta = fit.steps.front().learning_rate;
        FittedRates best_fit{.steps = fit.steps, .expected_loss = fit.expected_loss};
        for (double const gamma :
             {0.0, eta / spectra.context() / spectra.context(), 0.1 / largest, 0.3 / largest, 0.6 / largest}) {
            for (double const factor : {0.6, 1.0}) {
                FittedRates const candidate = minimised(spectra, shared, Vector(Eigen::Vector2d(eta * factor, gamma)));
                if (candidate.expected_loss < best_fit.expected_loss) {
                    best_fit = candidate;
                }
            }
        }
        fit = best_fit;
    }
    if (rates == Rates::per_step) {
        Parametrisation const own{depth, rule, Rates::per_step};
        Vector start(own.count());
        int const per_step = own.count() / depth;
        for (int k = 0; k < depth; ++k) {
            auto const& step = fit.steps[static_cast<std::size_t>(k)];
            start(per_step * k) =
                step.learning_rate * (1 + 0.02 * k);  // off the symmetric point, which may be a saddle
            if (per_step == 2) {
                start(per_step * k + 1) = step.gamma * (1 - 0.02 * k);
            }
        }
        FittedRates const own_fit = minimised(spectra, own, start);
        if (own_fit.expected_loss < fit.expected_loss) {
            fit = own_fit;
        }
    }
    if (rates == Rates::per_step || depth == 1) {
        fit.steps.back().gamma = 0;  // that of the last step has no effect
    }
    return fit;
}

}  // namespace incontext
