// SPDX-License-Identifier: MIT
/// @file
/// Gradient descent and GD++ at any depth, seen through the eigenvalues of X X^T alone.
///
/// With W0 = 0, w ~ N(0, I) and a query of iid entries of variance sigma^2, the expected loss after K steps is
///
///     loss = 1/2 sigma^2 E sum over i of r_K(l_i)^2          l_i: the eigenvalues of X X^T
///
/// r_K is what K steps leave of an eigendirection of w (experiment/residual.hpp). Teachers and queries are integrated out,
/// so a fit on these has none of their noise.
#pragma once

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>
#include <vector>

#include "incontext/experiment/residual.hpp"
#include "incontext/task/batch.hpp"
#include "incontext/task/linear_regression.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

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
        fail<std::invalid_argument>("condition number: at least one eigenvalue is needed");
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
        fail<std::invalid_argument>("median: at least one value is needed");
    }
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return values.size() % 2 == 1 ? *middle : std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

/// The eigenvalues of X X^T of many contexts.
///
/// Exactness: float draws, eigenvalues in double. Errors: fewer than one context throws std::invalid_argument.
/// Test: tests/unit/spectrum.cpp (against the losses of sampled tasks, and the exact optimum).
class Spectra {
  public:
    /// The contexts of tasks split(PRNGKey(seed), count) of a distribution.
    template <Dimensions Sizes>
    [[nodiscard]] static Spectra of_tasks(LinearRegression const& distribution, std::uint32_t seed, int count) {
        if (count < 1) {
            fail<std::invalid_argument>("spectra: at least one context is needed");
        }
        constexpr int lanes = tasks_at_once;
        Spectra spectra;
        spectra.input_ = Sizes.input;
        spectra.context_ = Sizes.context;
        double const range = static_cast<double>(distribution.input_range);
        double const scale = static_cast<double>(distribution.target_scale);
        spectra.weight_ = scale * scale * range * range / 12 / count;
        for (int first = 0; first < count; first += lanes) {
            auto const task =
                distribution.draw<Sizes>(split_key(key_of_seed<lanes>(seed), static_cast<std::uint32_t>(count),
                                                   PackOfTasks<lanes>(first / lanes, count).index));
            auto const X = inputs<Sizes>(task.prompt.context);
            for (int lane = 0; lane < lanes && first + lane < count; ++lane) {
                Eigen::MatrixXd const inputs_of_lane =
                    X.unaryExpr([lane](auto const& entry) { return static_cast<double>(entry[lane]); });
                Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> const solver(inputs_of_lane * inputs_of_lane.transpose(),
                                                                            Eigen::EigenvaluesOnly);
                for (double const eigenvalue : solver.eigenvalues()) {
                    spectra.eigenvalues_.push_back(eigenvalue);
                }
            }
        }
        return spectra;
    }

    /// Those of all contexts, one context after the other, in increasing order.
    [[nodiscard]] std::vector<double> const& eigenvalues() const { return eigenvalues_; }
    /// How many examples each context has.
    [[nodiscard]] int context() const { return context_; }

    /// The condition number of the Hessian of each context after one step of GD++ with this gamma: of the eigenvalues
    /// l (1 - gamma l)^2. As drawn for gamma = 0.
    ///
    /// Over contexts with about as many examples as inputs it has no mean (N = d: P(it exceeds t) falls like t^-1/2), so
    /// what is typical is the median: median(spectra.condition_numbers(gamma)).
    /// Source: [vonOswald2023] A.10. Cost: one pass. Errors: none; a context with fewer examples than inputs has an
    /// infinite one, with any gamma: whether a context is singular is asked of the eigenvalues as drawn, too.
    /// Test: tests/unit/spectrum.cpp.
    [[nodiscard]] std::vector<double> condition_numbers(double gamma = 0) const {
        auto const input = static_cast<std::size_t>(input_);
        std::vector<double> result;
        result.reserve(eigenvalues_.size() / input);
        std::vector<double> of_context(input);
        for (std::size_t first = 0; first < eigenvalues_.size(); first += input) {
            std::span<double const> const drawn(&eigenvalues_[first], input);
            for (std::size_t i = 0; i < input; ++i) {
                of_context[i] = conditioned_eigenvalue(drawn[i], gamma);
            }
            // What a solver leaves of an eigenvalue of 0 may be the greatest after a step.
            double const before = condition_number(drawn);
            result.push_back(std::isinf(before) ? before : condition_number(of_context));
        }
        return result;
    }

    /// The expected loss of one output after these steps. Cost: steps * eigenvalues.
    [[nodiscard]] double expected_loss(std::vector<StepRates> const& steps) const {
        double sum = 0;
        for (double const eigenvalue : eigenvalues_) {
            double const rest = residual(eigenvalue, context_, steps);
            sum += rest * rest;
        }
        return sum * weight_ / 2;
    }

  private:
    std::vector<double> eigenvalues_;
    double weight_ = 0;  // target_scale^2 sigma^2 / contexts
    int input_ = 1;
    int context_ = 1;
};

}  // namespace incontext
