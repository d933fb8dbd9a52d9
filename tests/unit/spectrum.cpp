// SPDX-License-Identifier: MIT
// The expected losses of gradient descent and GD++ by eigenvalues, against tasks.
#include "incontext/experiment/spectrum.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <Eigen/SVD>

#include "catch.hpp"
#include "incontext/incontext.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 5, .output = 1, .context = 8};

GradientDescentPlusPlus<sizes, float> step_of(StepRates const& rates) {
    return {.learning_rate = static_cast<float>(rates.learning_rate),
            .gamma = static_cast<float>(rates.gamma),
            .initial_weights = zero<float, 1, 5>()};
}

/// The mean loss on sampled tasks and its standard error.
struct Sampled {
    double mean;
    double error;
};
template <class Update>
Sampled sampled_loss(Evaluation<sizes> const& evaluation, Update const& update) {
    using Number = Evaluation<sizes>::Number;
    auto const moments = evaluation.mean<2>([&](auto const& task, std::array<Number, 2>& out) {
        Number const error = prediction<sizes>(update(task.prompt))(0, 0) - task.target(0, 0);
        out[0] = error * error * Number(0.5f);
        out[1] = out[0] * out[0];
    });
    return {moments[0], std::sqrt((moments[1] - moments[0] * moments[0]) / evaluation.count())};
}

}  // namespace

TEST_CASE("the expected loss of K steps is the mean loss of sampled tasks, for GD and GD++") {
    Workers workers(1);
    Evaluation<sizes> const evaluation(workers, {}, 11, 40000);
    auto const spectra = Spectra::of_tasks<sizes>({}, 12, 40000);
    StepRates const first{.learning_rate = 6, .gamma = 0.15};
    StepRates const second{.learning_rate = 9, .gamma = 0.3};
    StepRates const descent{.learning_rate = 5, .gamma = 0};
    // Two samples of 40,000: their means differ by more than 6 standard errors of one with probability below 1e-4.
    auto const check = [&](Sampled const& sampled, double expected) {
        CHECK(std::abs(sampled.mean - expected) < 6 * sampled.error);
        CHECK(sampled.error < 0.02 * sampled.mean);
    };
    check(sampled_loss(evaluation, step_of(descent)), spectra.expected_loss({descent}));
    check(sampled_loss(evaluation, looped<3>(step_of(descent))), spectra.expected_loss({descent, descent, descent}));
    check(sampled_loss(evaluation, stacked(step_of(first), step_of(second), step_of(descent))),
          spectra.expected_loss({first, second, descent}));
}

TEST_CASE("losses are in the square of the unit of inputs, and of the scale of targets") {
    auto const spectra = Spectra::of_tasks<sizes>({}, 12, 37);
    auto const larger = Spectra::of_tasks<sizes>({.input_range = 2, .target_scale = 3}, 12, 37);
    std::vector<StepRates> const steps{{.learning_rate = 6, .gamma = 0.15}, {.learning_rate = 9, .gamma = 0.3}};
    auto in_units = steps;
    for (StepRates& step : in_units) {
        step.learning_rate /= 4;
        step.gamma /= 4;
    }
    CHECK(larger.expected_loss(in_units) == Approx(36 * spectra.expected_loss(steps)).epsilon(1e-12));
}

TEST_CASE("a condition number is the greatest eigenvalue over the smallest, infinite for a singular matrix") {
    CHECK(condition_number(std::vector{3.0, 0.5, 2.0}) == 6);
    CHECK(condition_number(std::vector{0.25}) == 1);
    CHECK(std::isinf(condition_number(std::vector{3.0, 0.0})));
    CHECK(std::isinf(condition_number(std::vector{3.0, -1e-17})));  // what a solver leaves of zero
    // It leaves count * 2^-52 * the greatest.
    CHECK(condition_number(std::vector{1.0, 0x1p-50}) == 0x1p50);
    CHECK(std::isinf(condition_number(std::vector{1.0, 0x1p-51})));
    CHECK(std::isinf(condition_number(std::vector{1.0, 1.0, 1.0, 1.0, 0x1p-50})));
    CHECK(std::isinf(condition_number(std::vector{1e20, 1.0})));
    CHECK(condition_number(std::vector{1e-20, 1e-10, 1e-25}) == Approx(1e15));
    CHECK_THROWS_AS(condition_number({}), std::invalid_argument);
}

TEST_CASE("the median is the middle value, whatever is far from it") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(median({7}) == 7);
    CHECK(median({9, -1, 4}) == 4);
    CHECK(median({9, 1, 4, infinity}) == 6.5);
    CHECK(median({1e308, 1.2e308}) == 1.1e308);
    CHECK(median({-infinity, -infinity, -1, infinity}) == -infinity);
    CHECK(std::isinf(median({infinity, 1, infinity})));
    CHECK_THROWS_AS(median({}), std::invalid_argument);
}

TEST_CASE("the condition number after a step of GD++ is that of the tokens it leaves") {
    constexpr int contexts = 37;  // not a whole number of packs
    constexpr std::uint32_t seed = 12;
    auto const spectra = Spectra::of_tasks<sizes>({}, seed, contexts);
    auto const before = spectra.condition_numbers();
    constexpr double gamma = 0.2;
    auto const after = spectra.condition_numbers(gamma);
    REQUIRE(before.size() == contexts);
    REQUIRE(after.size() == contexts);
    for (int task = 0; task < contexts; ++task) {
        auto const keys =
            split_key(key_of_seed<1>(seed), contexts, Lanes<std::uint32_t, 1>(static_cast<std::uint32_t>(task)));
        auto const drawn = LinearRegression{}.draw<sizes>(keys);
        auto const condition_number_of = [](auto const& tokens) {
            Eigen::MatrixXd const X =
                inputs<sizes>(tokens).unaryExpr([](auto const& entry) { return static_cast<double>(entry[0]); });
            auto const values = Eigen::JacobiSVD<Eigen::MatrixXd>(X).singularValues();
            return std::pow(values(0) / values(values.size() - 1), 2);
        };
        auto const index = static_cast<std::size_t>(task);
        // The tokens are moved in float: 1e-4 is 6e-8 times the largest condition number here (below 1e3), and some.
        CHECK(before[index] == Approx(condition_number_of(drawn.prompt.context)).epsilon(1e-4));
        CHECK(after[index] ==
              Approx(condition_number_of(step_of({.learning_rate = 6, .gamma = gamma})(drawn.prompt).context))
                  .epsilon(1e-3));
    }
    CHECK(median(after) < median(before));
}

TEST_CASE("a context with fewer examples than inputs has an infinite condition number") {
    constexpr Dimensions few{.input = 5, .output = 1, .context = 3};
    for (double const kappa : Spectra::of_tasks<few>({}, 4, 50).condition_numbers()) {
        CHECK(std::isinf(kappa));
    }
    // Also after a step that leaves less of the only eigenvalue than a solver leaves of zero.
    constexpr Dimensions single{.input = 3, .output = 1, .context = 1};
    auto const spectra = Spectra::of_tasks<single>({}, 3, 50);
    for (std::size_t context = 0; context < 50; ++context) {
        double const gamma = (1 - 1e-8) / spectra.eigenvalues()[3 * context + 2];
        CHECK(std::isinf(spectra.condition_numbers(gamma)[context]));
    }
}

TEST_CASE("impossible spectra are refused") {
    CHECK_THROWS_AS(Spectra::of_tasks<sizes>({}, 0, 0), std::invalid_argument);
}
