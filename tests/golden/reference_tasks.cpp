// SPDX-License-Identifier: MIT
// The reference's own 10,000 tasks: its code prints 0.20468888 as the loss of one step of gradient descent on them.
//
// The tolerance is the project's: 2e-7. (The reference sums 10,000 float losses in float.)
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "catch.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/experiment/learning_rate_scan.hpp"

namespace {

using namespace incontext;

constexpr Dimensions paper{.input = 10, .output = 1, .context = 10};
constexpr double printed_by_the_reference = 0.20468888;
constexpr double best_rate_of_the_reference = 6.001;

GradientStep<paper, float> step(float rate) {
    GradientStep<paper, float> result;
    set_zero(result);
    result.learning_rate = rate;
    return result;
}

/// A layer that is not asked for less than all tokens: it is evaluated by its definition.
struct ByDefinition {
    LinearSelfAttention<paper.tokens(), float> layer;

    template <TokenShape Shape, class Number>
    Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return layer(prompt);
    }
};

Evaluation<paper> const& reference_tasks() {
    static Workers workers(2);
    static Evaluation<paper> const tasks(workers);
    return tasks;
}

TEST_CASE("the reference evaluates on the 10,000 tasks of key 5") {
    REQUIRE(reference_tasks().count() == 10000);
    STATIC_REQUIRE(Evaluation<paper>::reference_seed == 5);
}

TEST_CASE("one step at the reference's rate has the loss that the reference prints") {
    auto const rate = static_cast<float>(best_rate_of_the_reference);
    REQUIRE(std::abs(reference_tasks().loss(step(rate)) - printed_by_the_reference) <= 2e-7);
}

TEST_CASE("so has the layer of linear self-attention that is this step, asked for its targets and by its definition") {
    auto const layer = as_attention(step(static_cast<float>(best_rate_of_the_reference)));
    REQUIRE(std::abs(reference_tasks().loss(layer) - printed_by_the_reference) <= 2e-7);
    REQUIRE(std::abs(reference_tasks().loss(ByDefinition{layer}) - printed_by_the_reference) <= 2e-7);
}

TEST_CASE("the reference's scan finds the reference's rate") {
    BestLearningRate const best = scan_learning_rate(reference_tasks(), step);
    // .001 + 60 * .1: a product and a sum, each within 2^-53 of at most 8, and .1 itself.
    REQUIRE(std::abs(best.learning_rate - best_rate_of_the_reference) <= 3 * 8 * 0x1p-53);
    REQUIRE(std::abs(best.loss - printed_by_the_reference) <= 2e-7);
}

TEST_CASE("a scan tries the rates below its end, from its first on, and nothing else") {
    std::vector<float> tried;
    auto const remember = [&](float rate) {
        tried.push_back(rate);
        return step(rate);
    };
    static Workers workers(1);
    Evaluation<paper> const few(workers, {}, 1, 16);
    BestLearningRate const best = scan_learning_rate(few, remember, {.first = 1, .spacing = 0.5, .end = 3});
    REQUIRE(tried == std::vector<float>{1, 1.5, 2, 2.5});
    REQUIRE(best.loss == few.loss(step(static_cast<float>(best.learning_rate))));
    for (float const rate : tried) {
        REQUIRE(best.loss <= few.loss(step(rate)));
    }
}

TEST_CASE("a scan that would not end, or never began, is refused") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (double const wrong : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN()}) {
        CAPTURE(wrong);
        REQUIRE_THROWS_AS(scan_learning_rate(reference_tasks(), step, {.first = 1, .spacing = 1, .end = wrong}),
                          std::invalid_argument);
        REQUIRE_THROWS_AS(scan_learning_rate(reference_tasks(), step, {.first = wrong, .spacing = 1, .end = 2}),
                          std::invalid_argument);
    }
    for (double const spacing : {0.0, -0.1}) {
        REQUIRE_THROWS_AS(scan_learning_rate(reference_tasks(), step, {.first = 1, .spacing = spacing, .end = 2}),
                          std::invalid_argument);
    }
}

TEST_CASE("a scan of rates without a finite loss is told, and one that is finite is found among them") {
    static Workers workers(1);
    Evaluation<paper> const few(workers, {}, 1, 16);
    ScanRange const range{.first = 1, .spacing = 1, .end = 4};
    float const nan = std::numeric_limits<float>::quiet_NaN();
    float const infinity = std::numeric_limits<float>::infinity();
    REQUIRE_THROWS_AS(scan_learning_rate(
                          few, [&](float) { return step(nan); }, range),
                      std::domain_error);
    REQUIRE_THROWS_AS(scan_learning_rate(
                          few, [&](float) { return step(infinity); }, range),
                      std::domain_error);
    BestLearningRate const best = scan_learning_rate(
        few, [&](float rate) { return step(rate == 2 ? 2 : nan); }, range);
    REQUIRE(best.learning_rate == 2);
    REQUIRE(best.loss == few.loss(step(2)));
}

TEST_CASE("a range of rates without an end, or a beginning, is refused") {
    double const infinity = std::numeric_limits<double>::infinity();
    for (ScanRange const range :
         {ScanRange{.end = infinity}, ScanRange{.first = -infinity}, ScanRange{.spacing = infinity},
          ScanRange{.first = std::numeric_limits<double>::quiet_NaN()},
          ScanRange{.first = 0, .spacing = 1e-10, .end = 1},
          ScanRange{.end = std::numeric_limits<double>::quiet_NaN()}}) {
        REQUIRE_THROWS_AS(scan_learning_rate(reference_tasks(), step, range), std::invalid_argument);
    }
}

TEST_CASE("a scan of no rates finds none") {
    REQUIRE(std::isinf(scan_learning_rate(reference_tasks(), step, {.first = 2, .spacing = 1, .end = 2}).loss));
}

}  // namespace
