// SPDX-License-Identifier: MIT
// eta* and loss* of one step against sampled tasks. The fractions of the paper are in tests/static/exact_optimum.cpp.
//
// Per task the loss of a step from W0 = 0 is quadratic in its rate: with p the prediction of the step of rate 1 and t the
// target, l(eta) = 1/2 |eta p - t|^2 and l'(eta) = <p, eta p - t>. In expectation l(eta*) = loss* and l'(eta*) = 0. The means
// over n tasks have to hit these within 5 standard errors, sqrt(sample variance / n): by chance alone that fails once in
// 1.7 million (and the seeds are fixed). Rounding in float, 1e-5 of the loss, is far below a standard error.
#include <array>
#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

#include "catch.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/experiment/exact_optimum.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"

namespace {

using namespace incontext;

/// How many standard errors the sample mean is away from `expected`.
struct Sample {
    double sum = 0;
    double squares = 0;
    double count = 0;

    void add(double x) { sum += x, squares += x * x, ++count; }

    [[nodiscard]] double mean() const { return sum / count; }
    [[nodiscard]] double standard_error() const { return std::sqrt((squares / count - mean() * mean()) / count); }
    [[nodiscard]] double standard_errors_from(double expected) const {
        return std::abs(mean() - expected) / standard_error();
    }
};

/// Losses and slopes at the rate eta* of tasks drawn by the library.
template <Dimensions Sizes>
void check_sampled(float range, int count) {
    CAPTURE(Sizes.input, Sizes.output, Sizes.context, range);
    auto const distribution = uniform_inputs(Rational(static_cast<long long>(range * 2), 2));
    OneStepOptimum const optimum = one_step_optimum(distribution, Sizes.input, Sizes.context, Sizes.output);
    auto const eta = static_cast<double>(optimum.learning_rate);
    GradientStep<Sizes, float> unit_step;
    set_zero(unit_step);
    unit_step.learning_rate = 1;

    constexpr int lanes = 16;
    using Number = Lanes<float, lanes>;
    Sample losses;
    Sample slopes;
    for (int pack = 0; pack < count / lanes; ++pack) {
        auto const keys =
            split_key(key_of_seed<lanes>(2), static_cast<std::uint32_t>(count), PackOfTasks<lanes>(pack, count).index);
        auto const task = LinearRegression{.input_range = range}.draw<Sizes>(keys);
        Matrix<Number, Sizes.output, Sizes.query> const p =
            prediction_of(answer<QueryTargets<Sizes>>(unit_step, task.prompt));
        for (int lane = 0; lane < lanes; ++lane) {
            double loss = 0;
            double slope = 0;
            for (int output = 0; output < Sizes.output; ++output) {
                auto const predicted = static_cast<double>(p(output, 0)[lane]);
                double const error = eta * predicted - static_cast<double>(task.target(output, 0)[lane]);
                loss += error * error / 2;
                slope += predicted * error;
            }
            losses.add(loss);
            slopes.add(slope);
        }
    }
    CAPTURE(losses.mean(), static_cast<double>(optimum.loss), losses.standard_error());
    REQUIRE(losses.standard_errors_from(static_cast<double>(optimum.loss)) <= 5);
    REQUIRE(slopes.standard_errors_from(0) <= 5);
    // Sharp enough to see a formula with another d, N or kappa.
    REQUIRE(losses.standard_error() < 0.02 * losses.mean());
}

TEST_CASE("the optimum is that of sampled tasks, for as many inputs as examples, more and fewer") {
    check_sampled<Dimensions{.input = 10, .output = 1, .context = 10}>(1, 64000);
    check_sampled<Dimensions{.input = 3, .output = 1, .context = 7}>(1, 64000);
    check_sampled<Dimensions{.input = 7, .output = 1, .context = 3}>(1, 64000);
}

TEST_CASE("the optimum is that of sampled tasks of several outputs and of a larger range") {
    check_sampled<Dimensions{.input = 3, .output = 2, .context = 5}>(2, 64000);
    check_sampled<Dimensions{.input = 1, .output = 1, .context = 4}>(1.5f, 64000);
}

/// The same in plain double for normal inputs, which the library does not draw.
void check_normal(int d, int N, double deviation, int count) {
    CAPTURE(d, N, deviation);
    OneStepOptimum const optimum =
        one_step_optimum(normal_inputs(Rational(static_cast<long long>(4 * deviation * deviation), 4)), d, N);
    auto const eta = static_cast<double>(optimum.learning_rate);
    std::mt19937_64 generator(1);
    std::normal_distribution<double> normal_number;
    Sample losses;
    Sample slopes;
    for (int task = 0; task < count; ++task) {
        std::vector<double> w(static_cast<std::size_t>(d));
        std::vector<double> query(w.size());
        std::vector<double> x(w.size());
        double target = 0;
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = normal_number(generator);
            query[i] = deviation * normal_number(generator);
            target += w[i] * query[i];
        }
        double predicted = 0;  // of rate 1: 1/N sum over examples of y <x, query>
        for (int example = 0; example < N; ++example) {
            double y = 0;
            double alike = 0;
            for (std::size_t i = 0; i < w.size(); ++i) {
                x[i] = deviation * normal_number(generator);
                y += w[i] * x[i];
                alike += x[i] * query[i];
            }
            predicted += y * alike / N;
        }
        double const error = eta * predicted - target;
        losses.add(error * error / 2);
        slopes.add(predicted * error);
    }
    CAPTURE(losses.mean(), static_cast<double>(optimum.loss));
    REQUIRE(losses.standard_errors_from(static_cast<double>(optimum.loss)) <= 5);
    REQUIRE(slopes.standard_errors_from(0) <= 5);
    REQUIRE(losses.standard_error() < 0.02 * losses.mean());
}

TEST_CASE("the optimum is that of sampled tasks with normal inputs") {
    check_normal(3, 7, 0.5, 50000);
    check_normal(5, 2, 1, 50000);
}

/// One step of rate eta* in plain double, for normal inputs of these variances, with noise on the targets of the context; or
/// on centred inputs. The query's own noise is left out.
void check_step(std::vector<double> const& variances, double noise_variance, bool is_centred, int N,
                OneStepOptimum const& optimum, int count) {
    CAPTURE(variances, noise_variance, is_centred, N);
    auto const eta = static_cast<double>(optimum.learning_rate);
    std::size_t const d = variances.size();
    auto const examples = static_cast<std::size_t>(N);
    std::mt19937_64 generator(3);
    std::normal_distribution<double> normal_number;
    Sample losses;
    Sample slopes;
    std::vector<std::vector<double>> X(examples, std::vector<double>(d));
    for (int task = 0; task < count; ++task) {
        double target = 0;
        double predicted = 0;  // of rate 1
        std::vector<double> targets(examples, 0);
        for (std::size_t i = 0; i < examples; ++i) {
            targets[i] = std::sqrt(noise_variance) * normal_number(generator);
        }
        std::vector<double> alike(examples, 0);
        double alike_of_mean = 0;
        for (std::size_t row = 0; row < d; ++row) {
            double const w = normal_number(generator);
            double const query = std::sqrt(variances[row]) * normal_number(generator);
            target += w * query;
            for (std::size_t i = 0; i < examples; ++i) {
                X[i][row] = std::sqrt(variances[row]) * normal_number(generator);
                targets[i] += w * X[i][row];
                alike[i] += X[i][row] * query;
                alike_of_mean += X[i][row] * query / N;
            }
        }
        for (std::size_t i = 0; i < examples; ++i) {
            predicted += targets[i] * (alike[i] - (is_centred ? alike_of_mean : 0)) / N;
        }
        double const error = eta * predicted - target;
        losses.add(error * error / 2);
        slopes.add(predicted * error);
    }
    CAPTURE(losses.mean(), static_cast<double>(optimum.loss), losses.standard_error());
    REQUIRE(losses.standard_errors_from(static_cast<double>(optimum.loss)) <= 5);
    REQUIRE(slopes.standard_errors_from(0) <= 5);
    REQUIRE(losses.standard_error() < 0.02 * losses.mean());
}

TEST_CASE("the optimum of a step on centred inputs is that of sampled tasks") {
    check_step(std::vector<double>(3, 1), 0, true, 4, centred_step_optimum(normal_inputs(), 3, 4), 50000);
    check_step(std::vector<double>(5, 0.25), 0, true, 2, centred_step_optimum(normal_inputs(Rational(1, 4)), 5, 2),
               50000);
}

TEST_CASE("the optimum is that of sampled tasks with unequal variances and noise") {
    constexpr std::array<Rational, 3> variances{Rational(1), Rational(1, 4), Rational(4)};
    std::vector<double> const as_numbers{1, 0.25, 4};
    check_step(as_numbers, 0, false, 5, one_step_optimum(variances, 0, 5), 50000);
    check_step(as_numbers, 2, false, 5, one_step_optimum(variances, 2, 5), 50000);
    check_step({0.5}, 1, false, 3, one_step_optimum(std::array<Rational, 1>{Rational(1, 2)}, 1, 3), 50000);
}

/// Uniform inputs as the library draws them, on centred inputs: the kurtosis matters.
template <Dimensions Sizes>
void check_centred_uniform(int count) {
    OneStepOptimum const optimum = centred_step_optimum(uniform_inputs(), Sizes.input, Sizes.context);
    auto const eta = static_cast<double>(optimum.learning_rate);
    constexpr int lanes = 16;
    Sample losses;
    Sample slopes;
    for (int pack = 0; pack < count / lanes; ++pack) {
        auto const keys =
            split_key(key_of_seed<lanes>(3), static_cast<std::uint32_t>(count), PackOfTasks<lanes>(pack, count).index);
        auto const task = LinearRegression{}.draw<Sizes>(keys);
        for (int lane = 0; lane < lanes; ++lane) {
            double predicted = 0;
            for (int row = 0; row < Sizes.input; ++row) {
                double mean = 0;
                for (int i = 0; i < Sizes.context; ++i) {
                    mean += static_cast<double>(task.prompt.context(row, i)[lane]) / Sizes.context;
                }
                for (int i = 0; i < Sizes.context; ++i) {
                    predicted += static_cast<double>(task.prompt.context(Sizes.input, i)[lane]) *
                                 (static_cast<double>(task.prompt.context(row, i)[lane]) - mean) *
                                 static_cast<double>(task.prompt.query(row, 0)[lane]) / Sizes.context;
                }
            }
            double const error = eta * predicted - static_cast<double>(task.target(0, 0)[lane]);
            losses.add(error * error / 2);
            slopes.add(predicted * error);
        }
    }
    CAPTURE(losses.mean(), static_cast<double>(optimum.loss), losses.standard_error());
    REQUIRE(losses.standard_errors_from(static_cast<double>(optimum.loss)) <= 5);
    REQUIRE(slopes.standard_errors_from(0) <= 5);
    REQUIRE(losses.standard_error() < 0.02 * losses.mean());
}

TEST_CASE("the optimum of a centred step is that of the paper's tasks") {
    check_centred_uniform<Dimensions{.input = 10, .output = 1, .context = 10}>(64000);
    check_centred_uniform<Dimensions{.input = 1, .output = 1, .context = 3}>(64000);
}

TEST_CASE("a negative variance and sizes below one are refused") {
    constexpr std::array<Rational, 2> variances{1, 2};
    REQUIRE_THROWS_AS(one_step_optimum(variances, 0, 0), std::domain_error);
    REQUIRE_THROWS_AS(one_step_optimum(variances, -1, 5), std::domain_error);
    REQUIRE_THROWS_AS(one_step_optimum(std::array<Rational, 2>{1, -2}, 0, 5), std::domain_error);
    REQUIRE_THROWS_AS(one_step_optimum(std::array<Rational, 0>{}, 0, 5), std::domain_error);
    REQUIRE_THROWS_AS(centred_step_optimum(uniform_inputs(), 0, 7), std::domain_error);
    REQUIRE_THROWS_AS(centred_step_optimum(uniform_inputs(), 3, 0), std::domain_error);
    REQUIRE_THROWS_AS(centred_step_optimum(uniform_inputs(), 3, 7, 0), std::domain_error);
}

TEST_CASE("sizes below one are refused") {
    REQUIRE_THROWS_AS(one_step_optimum(uniform_inputs(), 0, 7), std::domain_error);
    REQUIRE_THROWS_AS(one_step_optimum(uniform_inputs(), 3, 0), std::domain_error);
    REQUIRE_THROWS_AS(one_step_optimum(uniform_inputs(), 3, 7, 0), std::domain_error);
    REQUIRE_THROWS_AS(one_step_optimum(uniform_inputs(), -3, 7), std::domain_error);
}

}  // namespace
