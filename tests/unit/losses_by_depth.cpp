// SPDX-License-Identifier: MIT
// The loss of a stack after every layer, against updates whose predictions are known, plain double, and the stacks of the
// first layers.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "catch.hpp"
#include "incontext/experiment/losses_by_depth.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "incontext/stack/parts.hpp"
#include "support/drawn.hpp"
#include "support/plain.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr int count = 37;  // two packs and a part of one
constexpr std::uint32_t seed = 9;

/// y_q <- factor y_q - step for every query token: after k layers with factor 1 it predicts the sum of their steps.
struct Known {
    using Scalar = float;
    template <class>
    using with_number = Known;
    float step = 0;
    float factor = 1;

    template <TokenShape Shape, class Number>
    Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto result = prompt;
        for (int col = 0; col < Shape.query; ++col) {
            for (int row = sizes.input; row < sizes.input + sizes.output; ++row) {
                result.query(row, col) = Number(factor) * result.query(row, col) - Number(step);
            }
        }
        return result;
    }
};

/// 1/2 mean |predicted - target|^2 of the same prediction for every query token and output; `sign` -1 adds up absolute
/// values instead.
double loss_of_predicting(double predicted, int sign = 1) {
    double sum = 0;
    for (auto const& task : test::plain_tasks<sizes>(key_of_seed<1>(seed), count)) {
        for (double const target : task.target.entries) {
            double const error = sign > 0 ? predicted - target : std::abs(predicted) + std::abs(target);
            sum += error * error / 2;
        }
    }
    return sum / count;
}

// Prediction minus target, squared (twice the roundings, and one), and a sum of 4 queries times 2 outputs.
constexpr int roundings = 2 + 1 + 4 * 2;

void require_loss_of_predicting(double predicted, double loss) {
    CAPTURE(predicted);
    double const bound = test::float_bound(roundings, loss_of_predicting(predicted, -1));
    REQUIRE(std::abs(loss - loss_of_predicting(predicted)) <= bound);
    REQUIRE(bound < 1e-3 * loss);
}

TEST_CASE("the losses of a looped stack are those of its predictions after 0, 1, ..., depth applications") {
    Workers workers(2);
    Evaluation<sizes> const evaluation(workers, {}, seed, count);
    auto const losses = losses_by_depth(evaluation, looped<6>(Known{.step = 0.5f}));
    STATIC_REQUIRE(losses.size() == 7);
    for (std::size_t k = 0; k < losses.size(); ++k) {
        require_loss_of_predicting(0.5 * static_cast<double>(k), losses[k]);
    }
}

TEST_CASE("the losses of a stack of untied layers are in the order of the layers") {
    Workers workers(2);
    Evaluation<sizes> const evaluation(workers, {}, seed, count);
    auto const losses = losses_by_depth(evaluation, stacked(Known{.step = 1}, Known{.step = -4}, Known{.step = 0.25f}));
    STATIC_REQUIRE(losses.size() == 4);
    require_loss_of_predicting(0, losses[0]);
    require_loss_of_predicting(1, losses[1]);
    require_loss_of_predicting(-3, losses[2]);
    require_loss_of_predicting(-2.75, losses[3]);
}

TEST_CASE("the loss after k layers is that of the stack of the first k") {
    Workers workers(2);
    Evaluation<sizes> const evaluation(workers, {}, seed, count);
    GradientStep<sizes, float> rule;
    set_zero(rule);
    rule.learning_rate = 3;
    auto const layer = only_targets_move<sizes>(damped(0.75f, rule));
    auto const losses = losses_by_depth(evaluation, looped<3>(layer));
    // Both sides do the same operations on numbers of one size; only how a compiler fuses them may differ.
    auto const require_equal = [](double a, double b) { REQUIRE(a == Approx(b).epsilon(1e-5)); };
    require_equal(losses[1], evaluation.loss(looped<1>(layer)));
    require_equal(losses[2], evaluation.loss(looped<2>(layer)));
    require_equal(losses[3], evaluation.loss(looped<3>(layer)));
    REQUIRE(losses[1] < losses[0]);
    REQUIRE(losses[2] < losses[1]);
}

TEST_CASE("a loss that a float cannot hold is not finite, and those before it are as they were") {
    Workers workers(1);
    Evaluation<sizes> const evaluation(workers, {}, seed, count);
    auto const losses = losses_by_depth(evaluation, looped<4>(Known{.step = 1, .factor = 0x1p40f}));
    require_loss_of_predicting(0, losses[0]);
    require_loss_of_predicting(1, losses[1]);
    REQUIRE(std::isfinite(losses[2]));                              // (2^40)^2
    REQUIRE(losses[3] == std::numeric_limits<double>::infinity());  // (2^80)^2
    REQUIRE_FALSE(std::isfinite(losses[4]));
}

TEST_CASE("the losses have the same bits for any number of threads") {
    Workers one(1);
    auto const stack =
        looped<3>(GradientStep<sizes, float>{.learning_rate = 2, .initial_weights = zero<float, 2, 3>()});
    auto const expected = losses_by_depth(Evaluation<sizes>(one, {}, seed, count), stack);
    for (int threads = 2; threads <= 4; ++threads) {
        Workers workers(threads);
        REQUIRE(losses_by_depth(Evaluation<sizes>(workers, {}, seed, count), stack) == expected);
    }
}

}  // namespace
