// SPDX-License-Identifier: MIT
/// @file
/// Gradient descent and GD++ at any depth, seen through the eigenvalues of X X^T alone.
///
/// With W0 = 0, w ~ N(0, I) and a query of iid entries of variance sigma^2, the expected loss after K steps is
///
///     loss = 1/2 sigma^2 E sum over i of r_K(l_i)^2                  l_i: the eigenvalues of X X^T
///     r_0 = m_0 = 1,   r_{k+1} = r_k (1 - a_k l m_k^2),   m_{k+1} = m_k (1 - gamma_k l m_k^2),   a_k = eta_k / N
///
/// r is what is left of an eigendirection of w, m what is left of it in the inputs. Gradient descent is gamma = 0.
/// Teachers and queries are integrated out, so a fit on these has none of their noise.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

#include "incontext/task/batch.hpp"
#include "incontext/task/linear_regression.hpp"

namespace incontext {

/// The rates of one step. gamma multiplies the un-normalised X X^T; learning_rate is eta, not eta / N.
struct StepRates {
    double learning_rate = 0;
    double gamma = 0;
};

/// An eigenvalue after one step of GD++: l (1 - gamma l)^2 [vonOswald2023] A.10.
[[nodiscard]] constexpr double conditioned_eigenvalue(double eigenvalue, double gamma) {
    double const factor = 1 - gamma * eigenvalue;
    return eigenvalue * factor * factor;
}

/// The greatest of these eigenvalues of a symmetric matrix without negative ones, divided by the smallest.
///
/// Exactness: one rounding; infinite where the smallest cannot be told from zero, that is below the error that solvers
/// leave on it, count * 2^-52 * the greatest. Errors: no eigenvalue throws std::invalid_argument.
/// Test: tests/unit/spectrum.cpp.
[[nodiscard]] inline double condition_number(std::span<double const> eigenvalues) {
    if (eigenvalues.empty()) {
        throw std::invalid_argument("condition number: at least one eigenvalue is needed");
    }
    auto const [least, greatest] = std::minmax_element(eigenvalues.begin(), eigenvalues.end());
    double const error = static_cast<double>(eigenvalues.size()) * std::numeric_limits<double>::epsilon() * *greatest;
    return *least > error ? *greatest / *least : std::numeric_limits<double>::infinity();
}

/// The middle of these values, of an even number the mean of the two in the middle: infinite ones may be among them.
///
/// Exactness: one rounding. Errors: no value throws std::invalid_argument. Test: tests/unit/spectrum.cpp.
[[nodiscard]] inline double median(std::vector<double> values) {
    if (values.empty()) {
        throw std::invalid_argument("median: at least one value is needed");
    }
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return values.size() % 2 == 1 ? *middle : (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// The eigenvalues of X X^T of many contexts.
///
/// Not for use by several threads at once. Exactness: float draws, eigenvalues in double. Errors: fewer than one context throws std::invalid_argument.
/// Test: tests/unit/spectrum.cpp (against the losses of sampled tasks, and the exact optimum).
class Spectra {
  public:
    /// The contexts of tasks split(PRNGKey(seed), count) of a distribution.
    template <Dimensions Sizes>
    [[nodiscard]] static Spectra of_tasks(LinearRegression const& distribution, std::uint32_t seed, int count) {
        if (count < 1) {
            throw std::invalid_argument("spectra: at least one context is needed");
        }
        constexpr int lanes = training_lanes;
        Spectra spectra;
        spectra.input_ = Sizes.input;
        spectra.context_ = Sizes.context;
        double const range = static_cast<double>(distribution.input_range);
        double const scale = static_cast<double>(distribution.target_scale);
        spectra.weight_ = scale * scale * range * range / 12 / count;
        for (int first = 0; first < count; first += lanes) {
            auto const task = distribution.draw<Sizes>(split_key(key_of_seed<lanes>(seed), static_cast<std::uint32_t>(count),
                                                                 PackOfTasks<lanes>(first / lanes, count).index));
            auto const X = inputs<Sizes>(task.prompt.context);
            for (int lane = 0; lane < lanes && first + lane < count; ++lane) {
                Eigen::MatrixXd const inputs_of_lane =
                    X.unaryExpr([lane](auto const& entry) { return static_cast<double>(entry[lane]); });
                Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> const solver(
                    inputs_of_lane * inputs_of_lane.transpose(), Eigen::EigenvaluesOnly);
                for (double const eigenvalue : solver.eigenvalues()) {
                    spectra.eigenvalues_.push_back(eigenvalue);
                }
            }
        }
        return spectra;
    }

    [[nodiscard]] std::vector<double> const& eigenvalues() const { return eigenvalues_; }
    [[nodiscard]] int context() const { return context_; }

    /// The condition number of the Hessian of each context after one step of GD++ with this gamma: of the eigenvalues
    /// l (1 - gamma l)^2. As drawn for gamma = 0.
    ///
    /// Over contexts with about as many examples as inputs it has no mean (N = d: P(it exceeds t) falls like t^-1/2), so
    /// what is typical is the median: median(spectra.condition_numbers(gamma)).
    /// Source: [vonOswald2023] A.10. Cost: one pass. Errors: none; a context with fewer examples than inputs has an
    /// infinite one. Test: tests/unit/spectrum.cpp.
    [[nodiscard]] std::vector<double> condition_numbers(double gamma = 0) const {
        auto const input = static_cast<std::size_t>(input_);
        std::vector<double> result;
        result.reserve(eigenvalues_.size() / input);
        std::vector<double> of_context(input);
        for (std::size_t first = 0; first < eigenvalues_.size(); first += input) {
            for (std::size_t i = 0; i < input; ++i) {
                of_context[i] = conditioned_eigenvalue(eigenvalues_[first + i], gamma);
            }
            result.push_back(condition_number(of_context));
        }
        return result;
    }

    /// The expected loss of one output after these steps. Cost: steps * eigenvalues.
    [[nodiscard]] double expected_loss(std::vector<StepRates> const& steps) const {
        double sum = 0;
        for (double const eigenvalue : eigenvalues_) {
            double const rest = residual(eigenvalue, steps);
            sum += rest * rest;
        }
        return sum * weight_ / 2;
    }

    /// r_K of one eigenvalue; with its derivative by every eta_k and gamma_k where `derivative` is given.
    [[nodiscard]] double residual(double eigenvalue, std::vector<StepRates> const& steps,
                                  Eigen::VectorXd* derivative = nullptr) const {
        std::size_t const depth = steps.size();
        std::vector<double>& r = scratch_r_;
        std::vector<double>& m = scratch_m_;
        r.assign(depth + 1, 1);
        m.assign(depth + 1, 1);
        for (std::size_t k = 0; k < depth; ++k) {
            double const seen = eigenvalue * m[k] * m[k];
            r[k + 1] = r[k] * (1 - steps[k].learning_rate / context_ * seen);
            m[k + 1] = m[k] * (1 - steps[k].gamma * seen);
        }
        if (derivative != nullptr) {
            double by_r = 1;
            double by_m = 0;
            for (std::size_t k = depth; k-- > 0;) {
                double const a = steps[k].learning_rate / context_;
                double const gamma = steps[k].gamma;
                double const seen = eigenvalue * m[k] * m[k];
                (*derivative)(static_cast<Eigen::Index>(2 * k)) = by_r * r[k] * -seen / context_;
                (*derivative)(static_cast<Eigen::Index>(2 * k + 1)) = by_m * m[k] * -seen;
                double const by_seen = -by_r * r[k] * a - by_m * m[k] * gamma;
                by_r *= 1 - a * seen;
                by_m = by_m * (1 - gamma * seen) + by_seen * 2 * eigenvalue * m[k];
            }
        }
        return r[depth];
    }

  private:
    std::vector<double> eigenvalues_;
    double weight_ = 0;  // sigma^2 / contexts
    int input_ = 1;
    int context_ = 1;
    mutable std::vector<double> scratch_r_;
    mutable std::vector<double> scratch_m_;
};

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
/// Exactness: a stationary point to 1e-10 of the loss. Cost: tens of passes over the eigenvalues.
/// Errors: depth < 1 throws std::invalid_argument. Test: tests/unit/spectrum.cpp (one step: the exact optimum; gradient
/// zero at the fit; never above gradient descent).
template <class Number = double>  // a template, so that Eigen's decomposition is compiled only where this is used
[[nodiscard]] FittedRates fit_rates(Spectra const& spectra, int depth, Rule rule, Rates rates);

// ------------------------------------------------------------------------------------------------------- details ----

namespace spectral_fit {

/// The steps that a vector of free parameters stands for: (eta, gamma) or eta, once or per step.
struct Parametrisation {
    int depth;
    Rule rule;
    Rates rates;

    [[nodiscard]] int count() const { return (rule == Rule::gradient_descent ? 1 : 2) * (rates == Rates::shared ? 1 : depth); }

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

    /// The derivative by the free parameters from that by all (eta_0, gamma_0, eta_1, ...).
    [[nodiscard]] Eigen::VectorXd reduced(Eigen::VectorXd const& by_all) const {
        Eigen::VectorXd result = Eigen::VectorXd::Zero(count());
        int const per_step = rule == Rule::gradient_descent ? 1 : 2;
        for (int k = 0; k < depth; ++k) {
            int const first = rates == Rates::shared ? 0 : per_step * k;
            for (int i = 0; i < per_step; ++i) {
                result(first + i) += by_all(2 * k + i);
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
    Vector by_all(2 * parametrisation.depth);
    for (int iteration = 0; iteration < 200 && damping < 1e12; ++iteration) {
        Square normal = Square::Zero(count, count);
        Vector gradient = Vector::Zero(count);
        auto const steps = parametrisation.steps(free);
        for (double const eigenvalue : spectra.eigenvalues()) {
            double const rest = spectra.residual(eigenvalue, steps, &by_all);
            Vector const derivative = parametrisation.reduced(by_all);
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
    FittedRates result{.steps = parametrisation.steps(free), .expected_loss = loss};
    if (parametrisation.rates == Rates::per_step) {
        result.steps.back().gamma = 0;
    }
    return result;
}

}  // namespace spectral_fit

template <class Number>
FittedRates fit_rates(Spectra const& spectra, int depth, Rule rule, Rates rates) {
    using spectral_fit::minimised;
    using spectral_fit::Parametrisation;
    using Vector = Eigen::Matrix<Number, Eigen::Dynamic, 1>;
    if (depth < 1) {
        throw std::invalid_argument("fit_rates: at least one step is needed");
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
        for (double const gamma : {0.0, eta / spectra.context() / spectra.context(), 0.1 / largest, 0.3 / largest, 0.6 / largest}) {
            for (double const factor : {0.6, 1.0}) {
                FittedRates const candidate = minimised(spectra, shared, Vector(Eigen::Vector2d(eta * factor, gamma)));
                if (candidate.expected_loss < best_fit.expected_loss) {
                    best_fit = candidate;
                }
            }
        }
        fit = best_fit;
    }
    if (depth == 1) {
        fit.steps.front().gamma = 0;  // the only step is the last, of which gamma has no effect
    }
    if (rates == Rates::per_step) {
        Parametrisation const own{depth, rule, Rates::per_step};
        Vector start(own.count());
        int const per_step = own.count() / depth;
        for (int k = 0; k < depth; ++k) {
            auto const& step = fit.steps[static_cast<std::size_t>(k)];
            start(per_step * k) = step.learning_rate * (1 + 0.02 * k);  // off the symmetric point, which may be a saddle
            if (per_step == 2) {
                start(per_step * k + 1) = step.gamma * (1 - 0.02 * k);
            }
        }
        FittedRates const own_fit = minimised(spectra, own, start);
        if (own_fit.expected_loss < fit.expected_loss) {
            fit = own_fit;
        }
    }
    return fit;
}

}  // namespace incontext
