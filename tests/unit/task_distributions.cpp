// SPDX-License-Identifier: MIT
// What every distribution of tasks owes, and that an evaluation takes any of them.
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "catch.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "incontext/task/noisy_targets.hpp"
#include "incontext/task/plain_tokens.hpp"
#include "incontext/task/sine_waves.hpp"
#include "incontext/task/sixteen_bit_inputs.hpp"
#include "incontext/task/unseen_inputs.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::sizes;

template <class Distribution>
Distribution example();
template <>
LinearRegression example() {
    return {.input_range = 1.5f, .target_scale = 2};
}
template <>
SixteenBitInputs example() {
    return {.input_range = 1.5f, .target_scale = 2};
}
template <>
UnseenInputs example() {
    return {.scale = 1.4f, .target_scale = 3};
}
template <>
NoisyTargets example() {
    return {.noisy_tokens = 3, .clean = {.input_range = 1.5f}};
}

template <>
SineWaves example() {
    return {.family = WaveFamily::two_parameters, .input_range = 3};
}
template <>
PlainTokens example() {
    return {.tasks = {.input_range = 1.5f}};
}

/// Sizes that a distribution can have.
template <class Distribution>
constexpr Dimensions sizes_for = sizes;
template <>
constexpr Dimensions sizes_for<SineWaves>{.input = 1, .output = 1, .context = 7, .query = 4};
template <>
constexpr Dimensions sizes_for<PlainTokens>{.input = 3, .output = 2, .context = 8, .query = 4};

/// Draws tasks of other numbers than float.
struct InDouble {
    template <Dimensions Sizes, int Count>
    Task<Sizes, Lanes<double, Count>> draw(Keys<Count> const&) const {
        return {};
    }
};

static_assert(TaskDistribution<LinearRegression, sizes, 1> && TaskDistribution<LinearRegression, sizes, 16>);
static_assert(TaskDistribution<SixteenBitInputs, sizes, 1> && TaskDistribution<SixteenBitInputs, sizes, 16>);
static_assert(TaskDistribution<UnseenInputs, sizes, 1> && TaskDistribution<UnseenInputs, sizes, 16>);
static_assert(TaskDistribution<NoisyTargets, sizes, 1> && TaskDistribution<NoisyTargets, sizes, 16>);
static_assert(!TaskDistribution<InDouble, sizes, 16>);
static_assert(!TaskDistribution<int, sizes, 16>);

template <class Distribution>
bool is_refused(Distribution const& distribution) {
    try {
        static_cast<void>(
            distribution.template draw<sizes>(Keys<4>{Lanes<std::uint32_t, 4>(1u), Lanes<std::uint32_t, 4>(2u)}));
    } catch (std::invalid_argument const&) {
        return true;
    }
    return false;
}

TEST_CASE("inputs are drawn from a range that is one") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    for (float const none : {0.0f, -1.0f, infinity, std::numeric_limits<float>::quiet_NaN()}) {
        CAPTURE(none);
        REQUIRE(is_refused(LinearRegression{.input_range = none}));
        REQUIRE(is_refused(SixteenBitInputs{.input_range = none}));
        REQUIRE(is_refused(NoisyTargets{.clean = {.input_range = none}}));
        REQUIRE(is_refused(UnseenInputs{.scale = none}));
    }
    for (float const range : {std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max()}) {
        REQUIRE_FALSE(is_refused(LinearRegression{.input_range = range}));
        REQUIRE_FALSE(is_refused(UnseenInputs{.scale = range}));
    }
    REQUIRE_FALSE(is_refused(SixteenBitInputs{.input_range = std::numeric_limits<float>::denorm_min()}));
    REQUIRE(is_refused(SixteenBitInputs{.input_range = 0x1p127f}));  // twice of it is met on the way to an input
    auto const largest = SixteenBitInputs{.input_range = std::nextafter(0x1p127f, 0.0f)}.draw<sizes>(Keys<1>{});
    for (int row = 0; row < sizes.input; ++row) {
        REQUIRE(std::isfinite(largest.prompt.context(row, 0)[0]));
    }
    REQUIRE_FALSE(is_refused(LinearRegression{.target_scale = -2}));  // teachers are as likely as their opposites
    Workers workers(2);
    REQUIRE_THROWS_AS(Evaluation<sizes>(workers, LinearRegression{.input_range = -1}, 4, 37), std::invalid_argument);
}

TEMPLATE_TEST_CASE("a task is the same in whatever lane it is drawn", "", LinearRegression, SixteenBitInputs,
                   UnseenInputs, NoisyTargets, SineWaves, PlainTokens) {
    constexpr Dimensions of = sizes_for<TestType>;
    constexpr int lanes = 16;
    auto const distribution = example<TestType>();
    Keys<lanes> keys;
    for (int lane = 0; lane < lanes; ++lane) {
        keys.first.set(lane, static_cast<std::uint32_t>(100 + lane));
        keys.second.set(lane, static_cast<std::uint32_t>(7 * lane));
    }
    auto const tasks = distribution.template draw<of>(keys);
    for (int lane = 0; lane < lanes; ++lane) {
        CAPTURE(lane);
        auto const alone = distribution.template draw<of>(Keys<1>{keys.first[lane], keys.second[lane]});
        int differences = 0;
        for (int row = 0; row < of.input + of.output; ++row) {
            for (int token = 0; token < of.context; ++token) {
                differences += tasks.prompt.context(row, token)[lane] != alone.prompt.context(row, token)[0];
            }
            for (int token = 0; token < of.query; ++token) {
                differences += tasks.prompt.query(row, token)[lane] != alone.prompt.query(row, token)[0];
                differences += row < of.output && tasks.target(row, token)[lane] != alone.target(row, token)[0];
            }
        }
        REQUIRE(differences == 0);
    }
}

TEMPLATE_TEST_CASE("an evaluation holds the tasks of its distribution", "", LinearRegression, SixteenBitInputs,
                   UnseenInputs, NoisyTargets) {
    constexpr std::uint32_t count = 37;
    constexpr std::uint32_t seed = 4;
    auto const distribution = example<TestType>();
    Workers workers(2);
    Evaluation<sizes> const evaluation(workers, distribution, seed, count);
    // Sums over all entries, of each sort with a weight of its own, so that none can be another's.
    auto const means = evaluation.template mean<2>([](auto const& task, auto& out) {
        out[0] = task.prompt.context(0, 1) + task.prompt.context(sizes.input, 5);
        out[1] = task.prompt.query(1, 3) - task.target(1, 2);
    });
    double first = 0;
    double second = 0;
    for (std::uint32_t index = 0; index < count; ++index) {
        auto const task =
            distribution.template draw<sizes>(split_key(key_of_seed<1>(seed), count, Lanes<std::uint32_t, 1>(index)));
        first += static_cast<double>((task.prompt.context(0, 1) + task.prompt.context(sizes.input, 5))[0]);
        second += static_cast<double>((task.prompt.query(1, 3) - task.target(1, 2))[0]);
    }
    // 37 floats below 32 summed in double in another order, and divided: 40 roundings of at most 37 * 32.
    REQUIRE(std::abs(means[0] - first / count) <= 40 * 32 * 0x1p-53);
    REQUIRE(std::abs(means[1] - second / count) <= 40 * 32 * 0x1p-53);
}

TEST_CASE("linear regression remains what an evaluation is of") {
    Workers workers(1);
    GradientStep<sizes, float> step;
    set_zero(step);
    step.learning_rate = 3;
    double const loss = Evaluation<sizes>(workers, LinearRegression{}, 4, 37).loss(step);
    REQUIRE(Evaluation<sizes>(workers, {}, 4, 37).loss(step) == loss);
    REQUIRE(Evaluation<sizes>(workers, {.input_range = 1}, 4, 37).loss(step) == loss);
    REQUIRE(Evaluation<sizes>(workers, NoisyTargets{}, 4, 37).loss(step) == loss);
    REQUIRE_FALSE(Evaluation<sizes>(workers, UnseenInputs{}, 4, 37).loss(step) == loss);
}

TEST_CASE("unseen inputs of twice the scale are those of the scale, doubled") {
    // A factor of two rounds nothing: x and y double, dW grows by 4, dW x by 8, as a step of four times the rate.
    Workers workers(1);
    GradientStep<sizes, float> step;
    set_zero(step);
    step.learning_rate = 3;
    double const loss = Evaluation<sizes>(workers, UnseenInputs{}, 4, 37).loss(step);
    step.learning_rate = 0.75f;
    REQUIRE(Evaluation<sizes>(workers, UnseenInputs{.scale = 2}, 4, 37).loss(step) == 4 * loss);
    step.learning_rate = 3;
    REQUIRE(Evaluation<sizes>(workers, UnseenInputs{.target_scale = 2}, 4, 37).loss(step) == 4 * loss);
}

TEST_CASE("an evaluation of an impossible distribution is refused") {
    Workers workers(2);
    REQUIRE_THROWS_AS(Evaluation<sizes>(workers, NoisyTargets{.noisy_tokens = 8}, 4, 37), std::invalid_argument);
}

}  // namespace
