// SPDX-License-Identifier: MIT
/// @file
/// What linear regression without any learning predicts from a prompt: least squares and ridge regression.
///
///     least squares    W = of all that minimise sum_i |W x_i - y_i|^2 the one of smallest |W|_F
///     ridge            W = Y X^T (X X^T + lambda I)^{-1}
///
/// Ridge minimises 1/2 sum_i |W x_i - y_i|^2 + lambda/2 |W|_F^2: lambda is held against the sum over the context, not
/// against the mean (with the loss L of gradient_descent/regression.hpp it is N L(W) + lambda/2 |W|_F^2). For w ~ N(0, t^2 I)
/// and y_i = w x_i + N(0, s^2) ridge with lambda = s^2 / t^2 is the posterior mean, which no predictor is better than.
/// Least squares is where gradient descent from W0 = 0 ends, and the limit of ridge for lambda -> 0.
///
/// Everything is in double, by Eigen's decompositions, one prompt at a time.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "incontext/experiment/evaluation.hpp"
#include "incontext/gradient_descent/learning_rate.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/token/converted.hpp"
#include "incontext/token/prompt.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

// ------------------------------------------------------------------------------------------------------ one prompt ----

/// The least squares solution of smallest norm [output x input] for the context of a prompt, whatever its rank: it is
/// W = Y X^+, and reproduces the teacher where N >= d examples are noiseless and span the inputs.
///
/// Exactness: double, by a complete orthogonal decomposition of X^T; a direction in which X is below min(N, d) 2^-52 of
/// its largest counts as none. Targets that were rounded to float are reproduced, rounding and all.
/// Inputs are divided by a power of two, so that none is too large or too small to be squared, and so are the targets of each output, so
/// that their sums do not overflow; predictions are made in these units, or by the weights where a query has no digits in them.
/// Cost: O(N d min(N, d)). Errors: an input that is not finite gives a W of NaN, and a target that is not a row of NaN: that of its output.
/// Test: tests/unit/least_squares.cpp.
template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
[[nodiscard]] Matrix<double, Sizes.output, Sizes.input> least_squares_weights(Prompt<Given, Number> const& prompt);

/// The ridge solution W = Y X^T (X X^T + penalty I)^{-1} [output x input] for the context of a prompt.
///
/// A penalty of 0 stands for its limit, least_squares_weights. Units: those of x^2.
/// Exactness: double, by an LDL^T decomposition: relative error about 2^-53 (largest eigenvalue of X X^T / penalty + 1).
/// Units as in least_squares_weights.
/// Cost: O(N d^2 + d^3). Errors: a penalty that is negative or not finite throws std::invalid_argument; a matrix that
/// double cannot tell from a singular one (a tiny penalty where X X^T is singular), and inputs that are not finite,
/// throw std::domain_error; a target that is not gives a row of NaN, as of least squares. Test: tests/unit/least_squares.cpp.
template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
[[nodiscard]] Matrix<double, Sizes.output, Sizes.input> ridge_weights(Prompt<Given, Number> const& prompt,
                                                                      double penalty);

/// The prediction of least squares for the query tokens, W Xq [output x query]. Everything else as least_squares_weights.
template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
[[nodiscard]] Matrix<double, Sizes.output, Given.query> least_squares_prediction(Prompt<Given, Number> const& prompt);

/// The prediction of ridge regression for the query tokens, W Xq [output x query]. Everything else as ridge_weights.
template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
[[nodiscard]] Matrix<double, Sizes.output, Given.query> ridge_prediction(Prompt<Given, Number> const& prompt,
                                                                         double penalty);

// --------------------------------------------------------------------------------------------------- an evaluation ----

/// 1/2 mean |prediction - target|^2 of least squares over the evaluation tasks: what Evaluation::loss is for an update.
///
/// On noiseless tasks with N >= d it is the square of what rounding the targets to float does to W, 0 but for that.
/// Exactness: predictions in double, the loss of each task rounded to float, the mean in double; the same bits for any
/// number of threads. Cost: a decomposition per task. Errors: none. Test: tests/unit/least_squares.cpp.
template <Dimensions Sizes>
[[nodiscard]] double least_squares_loss(Evaluation<Sizes> const& evaluation);

/// The same of ridge regression. Errors: those of ridge_weights, for any of the tasks.
template <Dimensions Sizes>
[[nodiscard]] double ridge_loss(Evaluation<Sizes> const& evaluation, double penalty);

/// Which penalties: first, first factor, first factor^2, ... below end.
struct PenaltyScan {
    double first = 1e-4;
    double factor = 1.25;
    double end = 100;
};

/// The best of the penalties that were tried.
struct BestRidge {
    double penalty = 0;
    double loss = std::numeric_limits<double>::infinity();
};

/// The penalty with which ridge regression has the smallest loss on the evaluation tasks: one for all of them.
///
/// Exactness: that of ridge_loss; of equal losses the smallest penalty. Cost: 62 evaluations by default. Errors: an empty
/// scan gives an infinite loss; a first penalty that is not positive or that the factor leaves as it is (5e-324 times 1.25), a factor
/// not above 1, or 2^31 penalties and more, throw std::invalid_argument; penalties of which none has a finite loss, std::domain_error; those of ridge_weights. Test: tests/unit/least_squares.cpp.
template <Dimensions Sizes>
[[nodiscard]] BestRidge scan_ridge_penalty(Evaluation<Sizes> const& evaluation, PenaltyScan const& scan = {}) {
    require_ieee_arithmetic<double, Evaluation<Sizes>>();
    if (!(scan.first > 0) || !(scan.factor > 1)) {
        fail<std::invalid_argument>("ridge scan: the first penalty must be positive and the factor above 1");
    }
    double const last = std::min(scan.end, std::numeric_limits<double>::max());
    if (scan.first < last &&
        (!(scan.first * scan.factor > scan.first) ||
         (std::log(last) - std::log(scan.first)) / std::log(scan.factor) >= std::numeric_limits<int>::max())) {
        fail<std::invalid_argument>(
            "ridge scan: each penalty must be above the one before, and there must be fewer than 2^31");
    }
    BestRidge best;
    for (double penalty = scan.first; penalty < scan.end; penalty *= scan.factor) {
        double const loss = ridge_loss(evaluation, penalty);
        if (loss < best.loss) {
            best = {.penalty = penalty, .loss = loss};
        }
    }
    if (scan.first < scan.end && !(best.loss < std::numeric_limits<double>::infinity())) {
        fail<std::domain_error>("ridge scan: no penalty of the scan has a finite loss");
    }
    return best;
}

// ------------------------------------------------------------------------------------------------------- details ----

namespace baseline {

// Matrices of run-time size, so that the decompositions are compiled once for prompts of all shapes; templates, so that
// they are compiled only where they are used. One output is solved at a time: for several, Eigen would bring its blocked
// kernels along, seconds of compiling that a prompt has no use for.

template <class Number>
using DynamicMatrix = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;
template <class Number>
using DynamicVector = Eigen::Matrix<Number, Eigen::Dynamic, 1>;

/// The k for which 2^-k brings these inputs, and a number beside them, below 1. A power of two as unit changes no bit of the solution, and squares
/// of what is below 1 do not overflow. 0 of nothing but zeros, and of what is not finite.
template <class Number>
int exponent_of(DynamicMatrix<Number> const& X, Number beside = 0) {
    Number largest = beside;
    for (Eigen::Index i = 0; i < X.size(); ++i) {
        Number const magnitude = std::abs(X.data()[i]);
        if (!std::isfinite(magnitude)) {
            return 0;
        }
        largest = std::max(largest, magnitude);
    }
    return largest > 0 ? std::ilogb(largest) + 1 : 0;
}
/// A solution for inputs that were divided by 2^exponent, and targets whose rows were divided by 2^exponents: its row i is that of W
/// times 2^(exponent - exponents[i]), which is in range where W may not be.
template <class Number>
struct SolutionInUnits {
    DynamicMatrix<Number> W;
    int exponent;
    std::vector<int> exponents;
};
/// M 2^exponent, in two steps, since 2^exponent itself may be out of range. Exact where nothing leaves the range.
template <class Number>
DynamicMatrix<Number> in_units(DynamicMatrix<Number> const& M, int exponent) {
    int const half = exponent / 2;
    return M * std::ldexp(Number(1), half) * std::ldexp(Number(1), exponent - half);
}
/// The same, of each row its own exponent and one for all, whose halves may be out of range, too.
template <class Number>
DynamicMatrix<Number> in_units(DynamicMatrix<Number> const& M, std::vector<int> const& exponents, int exponent = 0) {
    DynamicMatrix<Number> result = M;
    for (Eigen::Index i = 0; i < result.rows(); ++i) {
        for (Eigen::Index k = 0; k < result.cols(); ++k) {
            result(i, k) = std::ldexp(result(i, k), exponents[static_cast<std::size_t>(i)] + exponent);
        }
    }
    return result;
}

/// The targets of one output in units of their own, and these. Sums of targets overflow where the solution does not.
template <class Number>
DynamicVector<Number> target_in_units(DynamicMatrix<Number> const& Y, Eigen::Index output,
                                      std::vector<int>& exponents) {
    DynamicMatrix<Number> const y = Y.row(output).transpose();
    exponents.push_back(exponent_of(y));
    return in_units(y, -exponents.back());
}

/// Rows of W of which a target is not finite are NaN. Products with inputs of 0, and reflections that change nothing, may have left such
/// a target out.
template <class Number>
void make_unknown_what_is_not_finite(DynamicMatrix<Number> const& Y, DynamicMatrix<Number>& W) {
    for (Eigen::Index output = 0; output < Y.rows(); ++output) {
        if (!Y.row(output).allFinite()) {
            W.row(output).setConstant(std::numeric_limits<Number>::quiet_NaN());
        }
    }
}

template <class Number>
SolutionInUnits<Number> least_squares(DynamicMatrix<Number> const& given_X, DynamicMatrix<Number> const& Y) {
    int const exponent = exponent_of(given_X);
    DynamicMatrix<Number> const X = in_units(given_X, -exponent);
    Eigen::CompleteOrthogonalDecomposition<DynamicMatrix<Number>> const decomposition(X.transpose());
    DynamicMatrix<Number> W(Y.rows(), X.rows());
    std::vector<int> exponents;
    for (Eigen::Index output = 0; output < Y.rows(); ++output) {
        W.row(output) = DynamicVector<Number>(decomposition.solve(target_in_units(Y, output, exponents)));
    }
    make_unknown_what_is_not_finite(Y, W);
    if (!X.allFinite()) {  // of which a decomposition makes a matrix of rank 0
        W.setConstant(std::numeric_limits<Number>::quiet_NaN());
    }
    return {W, exponent, exponents};
}

template <class Number>
SolutionInUnits<Number> ridge(DynamicMatrix<Number> const& given_X, DynamicMatrix<Number> const& Y, Number penalty) {
    if (!given_X.allFinite()) {
        fail<std::domain_error>("ridge: an input of the context is not finite");
    }
    int const exponent = exponent_of(given_X, std::sqrt(penalty));
    DynamicMatrix<Number> const X = in_units(given_X, -exponent);
    DynamicMatrix<Number> penalised = X.lazyProduct(X.transpose());
    penalised.diagonal().array() += std::ldexp(penalty, -2 * exponent);
    Eigen::LDLT<DynamicMatrix<Number>> const decomposition(penalised);
    if (!(decomposition.rcond() > std::numeric_limits<double>::epsilon())) {  // true of a NaN as well
        fail<std::domain_error>(
            "ridge: X X^T + penalty I is singular in double; a larger penalty is needed, or 0 for "
            "least squares");
    }
    DynamicMatrix<Number> W(Y.rows(), X.rows());
    std::vector<int> exponents;
    for (Eigen::Index output = 0; output < Y.rows(); ++output) {
        DynamicVector<Number> const correlation = X.lazyProduct(target_in_units(Y, output, exponents));
        W.row(output) = DynamicVector<Number>(decomposition.solve(correlation));
    }
    make_unknown_what_is_not_finite(Y, W);
    return {W, exponent, exponents};
}

template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
SolutionInUnits<double> least_squares_of(Prompt<Given, Number> const& prompt) {
    require_prompt_of<Sizes, Given>();
    require_ieee_arithmetic<Number>();
    return least_squares<double>(inputs<Sizes>(prompt.context).template cast<double>(),
                                 targets<Sizes>(prompt.context).template cast<double>());
}
template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
SolutionInUnits<double> ridge_of(Prompt<Given, Number> const& prompt, double penalty) {
    require_prompt_of<Sizes, Given>();
    require_ieee_arithmetic<Number>();
    if (!(penalty >= 0) || !std::isfinite(penalty)) {
        fail<std::invalid_argument>("ridge: the penalty must be 0 or a positive number, not " +
                                    std::to_string(penalty));
    }
    if (penalty == 0) {
        return least_squares_of<Sizes>(prompt);
    }
    return ridge<double>(inputs<Sizes>(prompt.context).template cast<double>(),
                         targets<Sizes>(prompt.context).template cast<double>(), penalty);
}
template <Dimensions Sizes>
Matrix<double, Sizes.output, Sizes.input> weights_of(SolutionInUnits<double> const& solution) {
    return in_units(solution.W, solution.exponents, -solution.exponent);
}
template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
Matrix<double, Sizes.output, Given.query> prediction_of(SolutionInUnits<double> const& solution,
                                                        Prompt<Given, Number> const& prompt) {
    DynamicMatrix<double> const given_Xq = inputs<Sizes>(prompt.query).template cast<double>();
    DynamicMatrix<double> const in_units_of_X = in_units(given_Xq, -solution.exponent);
    Matrix<double, Sizes.input, Given.query> const Xq = in_units_of_X;
    Matrix<double, Sizes.output, Sizes.input> const W = solution.W;
    Matrix<double, Sizes.output, Given.query> result = in_units<double>(product(W, Xq), solution.exponents);

    // A query that is out of range, or lost digits, in units of the context: by those weights that did not.
    DynamicMatrix<double> const back = in_units(in_units_of_X, solution.exponent);
    for (Eigen::Index query = 0; query < given_Xq.cols(); ++query) {
        bool is_lost = false;
        for (Eigen::Index input = 0; input < given_Xq.rows(); ++input) {
            is_lost = is_lost || back(input, query) != given_Xq(input, query);
        }
        for (Eigen::Index output = 0; is_lost && output < solution.W.rows(); ++output) {
            int const exponent = solution.exponents[static_cast<std::size_t>(output)] - solution.exponent;
            bool is_held = true;
            double sum = 0;
            for (Eigen::Index input = 0; input < given_Xq.rows(); ++input) {
                double const weight = std::ldexp(solution.W(output, input), exponent);
                is_held = is_held && std::ldexp(weight, -exponent) == solution.W(output, input);
                sum += weight * given_Xq(input, query);
            }
            if (is_held) {
                result(output, query) = sum;
            }
        }
    }
    return result;
}

}  // namespace baseline

template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
Matrix<double, Sizes.output, Sizes.input> least_squares_weights(Prompt<Given, Number> const& prompt) {
    return baseline::weights_of<Sizes>(baseline::least_squares_of<Sizes>(prompt));
}

template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
Matrix<double, Sizes.output, Sizes.input> ridge_weights(Prompt<Given, Number> const& prompt, double penalty) {
    return baseline::weights_of<Sizes>(baseline::ridge_of<Sizes>(prompt, penalty));
}

template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
Matrix<double, Sizes.output, Given.query> least_squares_prediction(Prompt<Given, Number> const& prompt) {
    return baseline::prediction_of<Sizes>(baseline::least_squares_of<Sizes>(prompt), prompt);
}

template <Dimensions Sizes, TokenShape Given, std::floating_point Number>
Matrix<double, Sizes.output, Given.query> ridge_prediction(Prompt<Given, Number> const& prompt, double penalty) {
    return baseline::prediction_of<Sizes>(baseline::ridge_of<Sizes>(prompt, penalty), prompt);
}

namespace baseline {

/// 1/2 mean |prediction - target|^2 of predict(prompt in double), lane by lane.
template <Dimensions Sizes, class Predict>
double mean_loss(Evaluation<Sizes> const& evaluation, Predict const& predict) {
    using Number = typename Evaluation<Sizes>::Number;
    return evaluation.template mean<1>([&](auto const& task, std::array<Number, 1>& out) {
        for (int lane = 0; lane < Evaluation<Sizes>::lanes; ++lane) {
            auto const of_lane = [lane](Number const& number) { return static_cast<double>(number[lane]); };
            auto const target = converted<double>(task.target, of_lane);
            Matrix<double, Sizes.output, Sizes.query> const predicted =
                predict(converted<double>(task.prompt, of_lane));
            out[0].set(lane, static_cast<float>(task_loss<Sizes, double>(predicted, target)));
        }
    })[0];
}

}  // namespace baseline

template <Dimensions Sizes>
double least_squares_loss(Evaluation<Sizes> const& evaluation) {
    return baseline::mean_loss(evaluation, [](auto const& prompt) { return least_squares_prediction<Sizes>(prompt); });
}

template <Dimensions Sizes>
double ridge_loss(Evaluation<Sizes> const& evaluation, double penalty) {
    return baseline::mean_loss(evaluation,
                               [&](auto const& prompt) { return ridge_prediction<Sizes>(prompt, penalty); });
}

// Of something else: one sentence.
template <auto... Values, class... Arguments>
    requires(!(DerivesFromEvaluation<Arguments> || ...))
constexpr auto least_squares_loss(Arguments const&...) {
    return an_evaluation_comes_first<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(!(DerivesFromEvaluation<Arguments> || ...))
constexpr auto scan_ridge_penalty(Arguments const&...) {
    return an_evaluation_comes_first<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires((sizeof...(Arguments) != 2 ||
              !begins_with_an_evaluation<Arguments...>)&&!(DerivesFromEvaluation<Arguments> || ...))
constexpr auto ridge_loss(Arguments const&...) {
    return an_evaluation_comes_first<Arguments...>();
}

// Without sizes or a penalty, or of something else: one sentence.
template <auto... Values, class... Arguments>
    requires(!(DerivesFromPrompt<Arguments> || ...))
constexpr auto least_squares_weights(Arguments const&...) {
    return a_regression_is_asked_of_a_prompt<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(!(DerivesFromPrompt<Arguments> || ...))
constexpr auto least_squares_prediction(Arguments const&...) {
    return a_regression_is_asked_of_a_prompt<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires((sizeof...(Arguments) != 2 || !begins_with_a_prompt<Arguments...>)&&!(DerivesFromPrompt<Arguments> || ...))
constexpr auto ridge_weights(Arguments const&...) {
    return a_regression_is_asked_of_a_prompt<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires((sizeof...(Arguments) != 2 || !begins_with_a_prompt<Arguments...>)&&!(DerivesFromPrompt<Arguments> || ...))
constexpr auto ridge_prediction(Arguments const&...) {
    return a_regression_is_asked_of_a_prompt<Arguments...>();
}

}  // namespace incontext
