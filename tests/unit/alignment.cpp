// SPDX-License-Identifier: MIT
// The three metrics of how alike two updates are: an update with itself, updates whose difference is known, plain double.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/experiment/alignment.hpp"
#include "support/drawn.hpp"
#include "support/plain.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr TokenShape shape = sizes.tokens();
constexpr Dimensions one_query{.input = 3, .output = 2, .context = 7};

using Step = GradientStep<one_query, float>;

constexpr int count = 37;
constexpr std::uint32_t seed = 9;

Step step(float rate) {
    Step result;
    set_zero(result);
    result.learning_rate = rate;
    return result;
}

TEMPLATE_TEST_CASE(
    "the sensitivity is the rows of the fast weights that write the target, and the columns that read the input", "",
    double, (Lanes<float, 4>)) {
    // Whole numbers: nothing rounds (see drawn.hpp).
    auto const layer = test::drawn_parameters<LinearSelfAttention<shape, TestType, 6, 8>>(3, 1);
    auto const prompt = test::drawn_prompt<shape, TestType>(7);
    auto const F = layer.fast_weights(prompt.context);
    auto const s = sensitivity<sizes>(layer, prompt);
    STATIC_REQUIRE(rows_of<decltype(s)> == 2);
    STATIC_REQUIRE(cols_of<decltype(s)> == 3);
    for (int output = 0; output < 2; ++output) {
        for (int input = 0; input < 3; ++input) {
            REQUIRE((s(output, input) == F(3 + output, input)));
        }
    }
}

TEST_CASE("a prompt of which nobody knows how its tokens split, and any number of query tokens, have a sensitivity") {
    auto const layer = test::drawn_parameters<LinearSelfAttention<shape, double>>(3, 1);
    auto const prompt = test::drawn_prompt<shape, double>(7);
    Prompt<shape.without_split(), double> const unsplit = prompt;
    REQUIRE(test::equal(sensitivity<sizes>(layer, unsplit), sensitivity<sizes>(layer, prompt)));
    Prompt<Dimensions{sizes.input, sizes.output, sizes.context, 1}.tokens(), double> const single{
        .context = prompt.context, .query = prompt.query.leftCols<1>()};
    REQUIRE(test::equal(sensitivity<sizes>(layer, single), sensitivity<sizes>(layer, prompt)));
}

TEST_CASE("the sensitivity of a gradient step is minus its weight change") {
    auto const rule = test::drawn_parameters<GradientStep<test::dyadic_sizes, double>>(3);
    auto const prompt = test::drawn_prompt<test::dyadic_sizes.tokens(), double>(7);
    REQUIRE(test::equal(sensitivity<test::dyadic_sizes>(rule, prompt), (-rule.weight_change(prompt.context)).eval()));
}

TEST_CASE("the sensitivity of an update that is not affine in its query is its derivative there") {
    auto const update = [] {
        SoftmaxAttention<LinearSelfAttention<one_query.tokens(), double>> drawn;
        drawn.layer = test::drawn_parameters<LinearSelfAttention<one_query.tokens(), double>>(3, 1);
        for_each_parameter([](char const*, auto& parameter) { parameter *= 0.25; }, drawn);
        return drawn;
    }();
    Prompt<one_query.tokens(), double> prompt = test::drawn_prompt<one_query.tokens(), double>(7);
    prompt.context *= 0.25;
    prompt.query *= 0.25;
    auto const s = sensitivity<one_query>(update, prompt);
    constexpr double h = 1e-5;
    for (int input = 0; input < 3; ++input) {
        auto above = prompt;
        auto below = prompt;
        above.query(input, 0) += h;
        below.query(input, 0) -= h;
        auto const difference = ((update(above).query - update(below).query) / (2 * h)).eval();
        for (int output = 0; output < 2; ++output) {
            REQUIRE(s(output, input) == Approx(difference(3 + output, 0)).epsilon(1e-7).margin(1e-9));
            REQUIRE(std::abs(s(output, input)) > 1e-5);
        }
    }
    // Of several query tokens it is that of the first.
    constexpr Dimensions three{.input = 3, .output = 2, .context = 7, .query = 3};
    Prompt<three.tokens(), double> several = test::drawn_prompt<three.tokens(), double>(8);
    several.context = prompt.context;
    several.query.col(0) = prompt.query;
    auto const of_first = sensitivity<three>(update, several);
    for (int input = 0; input < 3; ++input) {
        for (int output = 0; output < 2; ++output) {
            REQUIRE(of_first(output, input) == Approx(s(output, input)).epsilon(1e-12));
        }
    }
}

/// (x; y) <- (x; y + A x + b): an update whose sensitivity is known, the same for every task.
struct Affine {
    static constexpr bool is_affine_in_query = true;
    float A[2][3];
    float b[2] = {0, 0};

    template <TokenShape Shape, class Number>
    Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto result = prompt;
        for (int col = 0; col < Shape.query; ++col) {
            for (int output = 0; output < 2; ++output) {
                Number sum(b[output]);
                for (int input = 0; input < 3; ++input) {
                    sum += Number(A[output][input]) * prompt.query(input, col);
                }
                result.query(3 + output, col) += sum;
            }
        }
        return result;
    }
};

TEST_CASE("a constant that an update adds is no sensitivity") {
    auto const s = sensitivity<sizes>(Affine{{{2, 0, -3}, {0, 1, 5}}, {5, 7}}, test::drawn_prompt<shape, double>(7));
    REQUIRE(test::equal(s, (Matrix<double, 2, 3>() << 2, 0, -3, 0, 1, 5).finished()));
}

Alignment aligned(Affine const& a, Affine const& b) {
    static Workers workers(2);
    static Evaluation<one_query> const evaluation(workers, {}, seed, count);
    return alignment(evaluation, a, b);
}

// A cosine of norms of at least 1 is off by 1e-8 for each of them, and by one rounding to float.
constexpr double of_cosine = 2e-8 + 0x1p-24;

TEST_CASE("updates of known sensitivity have its difference and its cosine") {
    Affine const a{{{1, 1, 0}, {0, 0, 0}}};
    REQUIRE(std::abs(aligned(a, {{{1, 0, 1}, {0, 0, 0}}}).cosine - 0.5) <= of_cosine);
    REQUIRE(std::abs(aligned(a, {{{0, 0, 0}, {1, 1, 0}}}).cosine) <= of_cosine);  // other outputs: orthogonal
    REQUIRE(std::abs(aligned(a, {{{-3, -3, 0}, {0, 0, 0}}}).cosine + 1) <= of_cosine);
    REQUIRE(aligned(a, {{{0, 0, 0}, {0, 0, 0}}}).cosine == 0);
    // |(4, 0, 0; 0, -3, 0)| = 5, once rounded to float.
    REQUIRE(std::abs(aligned({{{5, 1, 0}, {0, -3, 2}}}, {{{1, 1, 0}, {0, 0, 2}}}).sensitivity_difference - 5) <=
            5 * 0x1p-24);
    // A constant is no sensitivity, but a difference: |(3, -4)| = 5; y_q + A x + b has 5 roundings of at most 1 + 4.
    Alignment const shifted = aligned({{{1, 0, 0}, {0, 1, 0}}, {3, 0}}, {{{1, 0, 0}, {0, 1, 0}}, {0, 4}});
    REQUIRE(shifted.sensitivity_difference <=
            10 * 0x1p-22);  // s is the difference of results of at most 5: rounded to 2^-22
    REQUIRE(std::abs(shifted.prediction_difference - 5) <= 2 * 5 * 5 * 0x1p-24 + 5 * 0x1p-24);
}

TEST_CASE("an update is aligned with itself: no difference, and cosine one") {
    Affine const a{{{5, 1, 0}, {0, -3, 2}}, {1, 2}};
    Alignment const self = aligned(a, a);
    REQUIRE(self.prediction_difference == 0);
    REQUIRE(self.sensitivity_difference == 0);
    REQUIRE(std::abs(self.cosine - 1) <= of_cosine);
}

/// What two gradient steps from W0 = 0 differ by: s = -dW = rate S with S = 1/N Y X^T, out = s x. S depends on the task.
struct Means {
    double out = 0;            // mean |S x|
    double sensitivity = 0;    // mean |S|
    double out_magnitude = 0;  // the same of the sums of absolute values, entries added up
    double sensitivity_magnitude = 0;
    double of_cosine = 0;  // how far 1e-8 and rounding can move a cosine of steps of rate 2 or more
};

// On each path: W0 X - Y 4, the product with X^T 7, 1/N 2, the rate 1, dW x 3, y - . 1, less the result at 0 1, the
// difference of two 1, the norm to float 1: 21. What is asked of a layer has 7 + 3 * 5 + 5 + 5 + 3 in place of the first 18.
constexpr int roundings = 40;

Means means_of_gradient_steps() {
    Means mean;
    for (auto const& task : test::plain_tasks<one_query>(key_of_seed<1>(seed), count)) {
        auto const of_task = [](test::PlainTask const& from) {
            test::Plain S(2, 3);
            test::Plain x(3, 1);
            for (int input = 0; input < 3; ++input) {
                x(input, 0) = from.query(input, 0);
                for (int output = 0; output < 2; ++output) {
                    for (int token = 0; token < 7; ++token) {
                        S(output, input) += from.context(3 + output, token) * from.context(input, token) / 7;
                    }
                }
            }
            return std::pair(S, S * x);
        };
        auto const [S, out] = of_task(task);
        mean.out += std::sqrt(test::inner_product(out, out)) / count;
        mean.sensitivity += std::sqrt(test::inner_product(S, S)) / count;
        auto const [absolute_S, absolute_out] = of_task(test::absolute(std::vector{task})[0]);
        double magnitude = 0;
        for (double const entry : absolute_S.entries) {
            magnitude += entry;
        }
        mean.sensitivity_magnitude += magnitude / count;
        // Either norm is off by 1e-8 and either direction by its relative rounding error; one rounding to float.
        double const norm = std::sqrt(test::inner_product(S, S));
        mean.of_cosine =
            std::max(mean.of_cosine, 2e-8 / (2 * norm) + 2 * test::float_bound(roundings, magnitude) / norm + 0x1p-24);
        for (double const entry : absolute_out.entries) {
            mean.out_magnitude += entry / count;
        }
    }
    return mean;
}

TEST_CASE("the metrics are means over the tasks, against plain double") {
    Workers workers(2);
    Evaluation<one_query> const evaluation(workers, {}, seed, count);
    Means const exact = means_of_gradient_steps();
    for (float const other : {3.0f, 0.0f, -2.0f}) {
        CAPTURE(other);
        Alignment const computed = alignment(evaluation, step(5), step(other));
        double const apart = 5 - static_cast<double>(other);
        // The error of a norm is at most the sum of its entries' errors.
        double const rates = 5 + std::abs(static_cast<double>(other));
        REQUIRE(std::abs(computed.sensitivity_difference - apart * exact.sensitivity) <=
                test::float_bound(roundings, rates * exact.sensitivity_magnitude));
        REQUIRE(std::abs(computed.prediction_difference - apart * exact.out) <=
                test::float_bound(roundings, rates * exact.out_magnitude));
        // The directions are the same, opposite, or there is none.
        double const cosine = other > 0 ? 1 : other < 0 ? -1 : 0;
        REQUIRE(std::abs(computed.cosine - cosine) <= exact.of_cosine);
    }
    REQUIRE(exact.of_cosine < 0.01);
    REQUIRE(test::float_bound(roundings, 10 * exact.sensitivity_magnitude) < 0.01 * exact.sensitivity);
}

TEST_CASE("the layer that is a gradient step is aligned with it") {
    Workers workers(1);
    Evaluation<one_query> const evaluation(workers, {}, seed, count);
    Means const exact = means_of_gradient_steps();
    Alignment const same = alignment(evaluation, as_attention(step(3)), step(3));
    REQUIRE(same.sensitivity_difference <= test::float_bound(roundings, 2 * 3 * exact.sensitivity_magnitude));
    REQUIRE(same.prediction_difference <= test::float_bound(roundings, 2 * 3 * exact.out_magnitude));
    REQUIRE(std::abs(same.cosine - 1) <= exact.of_cosine);
}

}  // namespace
