// SPDX-License-Identifier: MIT
// Losses on a fixed set of tasks, against plain double.
#include <array>
#include <cmath>
#include <stdexcept>

#include "catch.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "support/drawn.hpp"
#include "support/plain.hpp"

namespace {

using namespace incontext;
using test::sizes;

using Head = LinearSelfAttention<sizes.tokens(), float, 6, 8>;
using Number = Evaluation<sizes>::Number;  // as many lanes as this machine has

constexpr int count = 37;  // some packs and a part of one
constexpr std::uint32_t seed = 9;

/// Weights of a sensible size: fourths.
Head head() {
    auto result = test::drawn_parameters<Head>(1);
    for_each_parameter([](char const*, auto& projection) { projection *= 0.25f; }, result);
    return result;
}

/// A layer that cannot be asked for less than all tokens.
struct ByDefinition {
    Head head;

    template <TokenShape Shape, class PromptNumber>
    Prompt<Shape, PromptNumber> operator()(Prompt<Shape, PromptNumber> const& prompt) const {
        return head(prompt);
    }
};

// Prediction, minus target, squared (twice the roundings, and one), and a sum of 4 queries times 2 outputs.
constexpr int roundings = 2 * (test::roundings_of_query(5, 6, 8, 7, 1) + 1) + 1 + 4 * 2;

TEST_CASE("the loss is half the mean squared error over exactly the tasks of the seed") {
    Workers workers(2);
    Evaluation<sizes> const evaluation(workers, {}, seed, count);
    REQUIRE(evaluation.count() == count);
    auto const tasks = test::plain_tasks<sizes>(key_of_seed<1>(seed), count);
    auto const layer = test::plain_layer(head());
    double const exact = test::mean_loss(layer, tasks);
    double const bound = test::float_bound(roundings, test::mean_loss(test::absolute(layer), test::absolute(tasks)));
    CAPTURE(exact, bound);
    REQUIRE(std::abs(evaluation.loss(head()) - exact) <= bound);
    REQUIRE(std::abs(evaluation.loss(ByDefinition{head()}) - exact) <= bound);
    REQUIRE(bound < 1e-2 * exact);  // one task more or less, or a forgotten half, would be seen
}

TEST_CASE("the query tokens are the same asked for alone and by the definition") {
    // Whole numbers: nothing rounds (see drawn.hpp), so the two are equal.
    auto const whole_head = test::drawn_parameters<Head>(3, 1);
    auto const prompt = test::drawn_prompt<sizes.tokens(), Number>(7);
    REQUIRE(test::equal(answer<QueryTokens>(whole_head, prompt), whole_head(prompt).query));
    REQUIRE(test::equal(answer<QueryTokens>(ByDefinition{whole_head}, prompt), whole_head(prompt).query));
}

TEST_CASE("the loss has the same bits for any number of threads") {
    Workers one(1);
    double const expected = Evaluation<sizes>(one, {}, seed, count).loss(head());
    for (int threads = 2; threads <= 4; ++threads) {
        Workers workers(threads);
        REQUIRE(Evaluation<sizes>(workers, {}, seed, count).loss(head()) == expected);
    }
}

TEST_CASE("another seed, or another number of tasks, is another set of tasks") {
    Workers workers(1);
    double const loss = Evaluation<sizes>(workers, {}, seed, count).loss(head());
    REQUIRE_FALSE(Evaluation<sizes>(workers, {}, seed + 1, count).loss(head()) == loss);
    REQUIRE_FALSE(Evaluation<sizes>(workers, {}, seed, count + 1).loss(head()) == loss);
}

TEST_CASE("the distribution of the tasks is the one that was given") {
    Workers workers(1);
    // A teacher twice as large is a power of two: targets, predictions of a step and errors double without rounding.
    GradientStep<sizes, float> step;
    set_zero(step);
    step.learning_rate = 3;
    double const loss = Evaluation<sizes>(workers, {}, seed, count).loss(step);
    double const doubled = Evaluation<sizes>(workers, LinearRegression{.target_scale = 2}, seed, count).loss(step);
    REQUIRE(doubled == 4 * loss);
    // Inputs twice as large: x W doubles, dW grows by 4 and dW x by 8, as a step of four times the rate.
    GradientStep<sizes, float> smaller = step;
    smaller.learning_rate = 0.75f;
    double const larger = Evaluation<sizes>(workers, LinearRegression{.input_range = 2}, seed, count).loss(smaller);
    REQUIRE(larger == 4 * loss);
}

TEST_CASE("means are taken over the tasks that count, and each of several by itself") {
    Workers workers(3);
    for (int number : {1, 15, 16, 17, 300}) {
        CAPTURE(number);
        Evaluation<sizes> const evaluation(workers, {}, seed, number);
        auto const means = evaluation.mean<2>([](auto const& task, std::array<Number, 2>& out) {
            out[0] = Number(3);
            out[1] = task.prompt.context(0, 0);
        });
        double sum = 0;
        for (auto const& task : test::plain_tasks<sizes>(key_of_seed<1>(seed), number)) {
            sum += task.context(0, 0);
        }
        // Sums in double of at most 300 floats of at most 1/2, in another order: 300 * 2^-53 of 150 each.
        REQUIRE(std::abs(means[0] - 3) <=
                3 * 32 * 0x1p-53);  // 3 times whole numbers is exact, the 16 quotients are not
        REQUIRE(std::abs(means[1] - sum / number) <= 320 * 0x1p-53);
    }
}

TEST_CASE("an evaluation needs at least one task") {
    Workers workers(1);
    REQUIRE_THROWS_AS(Evaluation<sizes>(workers, {}, seed, 0), std::invalid_argument);
    REQUIRE_THROWS_AS(Evaluation<sizes>(workers, {}, seed, -1), std::invalid_argument);
}

}  // namespace
