// SPDX-License-Identifier: MIT
// Adam, weight decay and clipping against optax's formulas, worked by hand for two steps.
#include <algorithm>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "incontext/training/adam.hpp"
#include "support/drawn.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;
using test::sizes;

/// A number and a matrix [2 x 3]: both kinds of leaf.
template <class Number>
using Parameters = GradientStep<sizes, Number>;

template <class Number>
Parameters<Number> all(Number learning_rate, Number weights) {
    return {.learning_rate = learning_rate,
            .initial_weights = generate<Number, 2, 3>([&](int, int) { return weights; })};
}

template <class Number>
double largest_relative_error(Parameters<Number> const& w, double number, double entry) {
    double worst = std::abs(static_cast<double>(w.learning_rate) - number) / std::abs(number);
    for (int row = 0; row < 2; ++row) {
        for (int col = 0; col < 3; ++col) {
            worst = test::larger_or_nan(
                worst, std::abs(static_cast<double>(w.initial_weights(row, col)) - entry) / std::abs(entry));
        }
    }
    return worst;
}

// The moments of two steps, with b1 = 1/2, b2 = 3/4 (exact in binary), rate 1/4, epsilon 1/8:
//
//     g    m1 = g/2    v1 = g^2/4    m1/(1 - 1/2) = g    sqrt(v1/(1 - 3/4)) = |g|
//     step 1: w1 = w0 - 1/4 g / (|g| + 1/8)
//     h    m2 = g/4 + h/2    v2 = 3/16 g^2 + h^2/4    m2/(1 - 1/4) = (g + 2h)/3    v2/(1 - 9/16) = (3 g^2 + 4 h^2)/7
//     step 2: w2 = w1 - 1/4 ((g + 2h)/3) / (sqrt((3 g^2 + 4 h^2)/7) + 1/8)
//
// number: w0 = 1, g = 1/2, h = -1/4.   w1 = 1 - (1/4)(1/2)/(5/8) = 4/5.   m = 0, so w2 = w1.
// matrix: w0 = 2, g = 3, h = 1.        w1 = 2 - (1/4)(3)/(25/8) = 44/25.  m = 5/3, v = 31/7.
constexpr AdamOptions options{
    .learning_rate = 0.25f, .first_moment_decay = 0.5f, .second_moment_decay = 0.75f, .epsilon = 0.125f};

// A dozen operations, each within 2^-53 (double) or 2^-24 (float) of values no larger than 2, on results of at least
// 4/5: 12 * 2 / (4/5) = 30 roundings.
template <class Number>
constexpr double few_roundings = 30 * static_cast<double>(std::numeric_limits<Number>::epsilon()) / 2;

TEMPLATE_TEST_CASE("two steps of Adam are those worked by hand", "", float, double) {
    auto w = all<TestType>(1, 2);
    Adam<Parameters<TestType>> adam(options);
    REQUIRE(adam.steps() == 0);
    adam.update(w, all<TestType>(TestType(0.5), 3));
    REQUIRE(adam.steps() == 1);
    REQUIRE(largest_relative_error(w, 4.0 / 5, 44.0 / 25) <= few_roundings<TestType>);
    adam.update(w, all<TestType>(TestType(-0.25), 1));
    REQUIRE(adam.steps() == 2);
    REQUIRE(largest_relative_error(w, 4.0 / 5, 44.0 / 25 - 0.25 * (5.0 / 3) / (std::sqrt(31.0 / 7) + 0.125)) <=
            few_roundings<TestType>);
}

TEST_CASE("weight decay shrinks the weights beside the gradient, by rate times decay") {
    AdamOptions decaying = options;
    decaying.weight_decay = 0.5f;
    auto w = all<double>(1, 2);
    Adam<Parameters<double>> adam(decaying);
    adam.update(w, all<double>(0.5, 3));
    // As above, less 1/4 * 1/2 * w0: the decay is neither divided by the moments nor averaged.
    REQUIRE(largest_relative_error(w, 4.0 / 5 - 1.0 / 8, 44.0 / 25 - 2.0 / 8) <= few_roundings<double>);
    auto const after_one = w;
    adam.update(w, all<double>(-0.25, 1));
    double const entry = after_one.initial_weights(1, 2);
    double const expected = entry - 0.25 * ((5.0 / 3) / (std::sqrt(31.0 / 7) + 0.125) + 0.5 * entry);
    REQUIRE(largest_relative_error(w, after_one.learning_rate * (1 - 1.0 / 8), expected) <= few_roundings<double>);
}

TEST_CASE(
    "the first step of Adam moves every weight by the rate, against the sign of its gradient, however small it is") {
    // m / (1 - b1) = g and sqrt(v / (1 - b2)) = |g|, so the step is rate g / (|g| + epsilon); at |g| >= 1e-3 the default
    // epsilon of 1e-8 changes it by less than 1e-5 of itself, and rounding by less.
    auto gradient = all<double>(-2e-3, 1e-3);
    gradient.initial_weights(1, 0) = -40;
    auto w = all<double>(0, 0);
    Adam<Parameters<double>> adam;
    adam.update(w, gradient);
    REQUIRE(std::abs(w.learning_rate - 1e-3) <= 1e-5 * 1e-3);
    for (int row = 0; row < 2; ++row) {
        for (int col = 0; col < 3; ++col) {
            double const expected = row == 1 && col == 0 ? 1e-3 : -1e-3;
            REQUIRE(std::abs(w.initial_weights(row, col) - expected) <= 1e-5 * 1e-3);
        }
    }
}

TEST_CASE("an optimiser that is given another's memory continues with the same bits") {
    AdamOptions const decaying{.learning_rate = 0.1f, .weight_decay = 0.01f};
    Adam<Parameters<float>> first(decaying);
    auto w = all<float>(1, 2);
    first.update(w, all<float>(0.5f, 3));
    first.update(w, all<float>(-0.3f, 0.7f));
    auto v = w;
    Adam<Parameters<float>> second(decaying);
    second.restore(first.state());
    REQUIRE(second.steps() == 2);
    for (float const gradient : {0.9f, -0.2f}) {
        first.update(w, all<float>(gradient, gradient / 3));
        second.update(v, all<float>(gradient, gradient / 3));
        REQUIRE(v.learning_rate == w.learning_rate);
        REQUIRE((v.initial_weights == w.initial_weights));
    }
    REQUIRE(second.steps() == 4);

    Adam<Parameters<float>> forgetful(decaying);  // the memory matters: a new one steps elsewhere
    auto u = all<float>(1, 2);
    auto x = u;
    forgetful.update(u, all<float>(0.9f, 0.3f));
    first.update(x, all<float>(0.9f, 0.3f));
    REQUIRE_FALSE(u.learning_rate == x.learning_rate);
}

/// Adam's formula for one number in long double, whose range holds the squares of every double. 1 - b^t is a float, as Adam's.
struct PlainAdam {
    AdamOptions options;
    long double m = 0, v = 0, w = 0;
    int steps = 0;

    void update(long double g) {
        long double const b1 = options.first_moment_decay;
        long double const b2 = options.second_moment_decay;
        ++steps;
        m = b1 * m + (1 - b1) * g;
        v = b2 * v + (1 - b2) * g * g;
        auto const correction = [&](float decay) {
            return static_cast<float>(1 - std::pow(static_cast<double>(decay), steps));
        };
        w -= options.learning_rate * (m / correction(options.first_moment_decay) /
                                          (std::sqrt(v / correction(options.second_moment_decay)) + options.epsilon) +
                                      options.weight_decay * w);
    }
};

/// The largest error of `steps` steps from a weight on gradients g(step), relative to the weight, in a number and in a matrix.
template <class Number, class Gradient>
double error_of_steps(AdamOptions const& of, int steps, Gradient const& g, Number from = 0) {
    auto w = all<Number>(from, from);
    Adam<Parameters<Number>> adam(of);
    PlainAdam plain{.options = of, .w = from};
    PlainAdam ordinary = plain;
    double worst = 0;
    for (int step = 0; step < steps; ++step) {
        Number const gradient = g(step);
        // An entry beside it stays where nothing is special.
        auto gradients = all<Number>(gradient, gradient);
        gradients.initial_weights(1, 1) = 1;
        adam.update(w, gradients);
        plain.update(gradient);
        ordinary.update(1);
        auto seen = w;
        seen.initial_weights(1, 1) = seen.initial_weights(0, 0);
        auto const right = static_cast<double>(plain.w);
        worst = test::larger_or_nan(worst, largest_relative_error(seen, right, right));
        auto const beside = static_cast<double>(ordinary.w);
        worst = test::larger_or_nan(worst,
                                    std::abs(static_cast<double>(w.initial_weights(1, 1)) - beside) / std::abs(beside));
    }
    return worst;
}

TEMPLATE_TEST_CASE("a step is the formula's where squares of gradients leave the range, of numbers as of matrices", "",
                   float, double) {
    using Limits = std::numeric_limits<TestType>;
    TestType const large = std::sqrt(Limits::max());
    TestType const small = std::sqrt(Limits::min());
    for (float const epsilon : {1e-8f, 1e-30f, 0.0f}) {
        for (TestType const g : {Limits::max() / 2, 100 * large, large, large / 100, TestType(1), 100 * small,
                                 2 * small, small, small / 2, small / 100, small / 100000}) {
            CAPTURE(epsilon, g);
            AdamOptions const of{.epsilon = epsilon};
            REQUIRE(error_of_steps<TestType>(of, 1, [&](int) { return g; }) <= few_roundings<TestType>);
            REQUIRE(error_of_steps<TestType>(of, 3, [&](int) { return -g; }) <= few_roundings<TestType>);
            // From weights of the size of a step, so that the decay is seen.
            AdamOptions const decaying{.learning_rate = 0.25f, .epsilon = epsilon, .weight_decay = 0.5f};
            REQUIRE(error_of_steps<TestType>(
                        decaying, 1, [&](int) { return g; }, 2) <= few_roundings<TestType>);
            REQUIRE(error_of_steps<TestType>(
                        decaying, 3, [&](int) { return -g; }, -2) <= few_roundings<TestType>);
        }
    }
}

TEMPLATE_TEST_CASE("the second moment comes back into the range of its numbers", "", float, double) {
    using Limits = std::numeric_limits<TestType>;
    // From both sides: the root falls by .99 a step, and rises at once. A weight is a sum of as many roundings as steps.
    AdamOptions const of{.epsilon = 0};
    TestType const large = 8 * std::sqrt(Limits::max());
    TestType const small = std::sqrt(Limits::min()) / 8;
    REQUIRE(error_of_steps<TestType>(of, 400, [&](int step) { return step == 0 ? large : large / 1000; }) <=
            400 * few_roundings<TestType>);
    REQUIRE(error_of_steps<TestType>(of, 400, [&](int step) { return step < 3 ? small : small * 1000; }) <=
            400 * few_roundings<TestType>);

    // Its own number could hold this v, but not v / (1 - b2^t).
    TestType const between = TestType(2.7) * std::sqrt(Limits::max());
    for (float const decay : {0.98f, 0.999f}) {
        REQUIRE(error_of_steps<TestType>({.second_moment_decay = decay}, 5, [&](int step) {
                    return step == 0 ? between : TestType(1);
                }) <= 5 * few_roundings<TestType>);
    }

    auto w = all<TestType>(0, 0);
    Adam<Parameters<TestType>> adam(of);
    adam.update(w, all<TestType>(large, small));
    REQUIRE(adam.state().second_moment.learning_rate < 0);
    REQUIRE(adam.state().second_moment.initial_weights(1, 2) < 0);
    for (int step = 0; step < 400; ++step) {
        adam.update(w, all<TestType>(1, 1));
    }
    REQUIRE(adam.state().second_moment.learning_rate > 0);
    REQUIRE(adam.state().second_moment.initial_weights(1, 2) > 0);
}

TEST_CASE("a memory with roots is restored to the same bits, and so is one without them") {
    for (float const large : {1e20f, 1e-3f}) {
        Adam<Parameters<float>> first;
        auto w = all<float>(1, 2);
        first.update(w, all<float>(0.3f, large));
        Adam<Parameters<float>> second;
        second.restore(first.state());
        auto v = w;
        for (float const gradient : {0.9f, -0.2f, 0.7f}) {
            first.update(w, all<float>(gradient, gradient / 3));
            second.update(v, all<float>(gradient, gradient / 3));
            REQUIRE(v.learning_rate == w.learning_rate);
            REQUIRE((v.initial_weights == w.initial_weights));
        }
    }
}

TEST_CASE("constants that are none of Adam's are refused, and those at their ends are not") {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    auto const made = [](auto const& change) {
        AdamOptions changed;
        change(changed);
        return Adam<Parameters<float>>(changed).steps();
    };
    for (float const wrong : {nan, infinity, -infinity, -1e-3f}) {
        CAPTURE(wrong);
        REQUIRE_THROWS_AS(made([&](AdamOptions& o) { o.learning_rate = wrong; }), std::invalid_argument);
        REQUIRE_THROWS_AS(made([&](AdamOptions& o) { o.epsilon = wrong; }), std::invalid_argument);
        REQUIRE_THROWS_AS(made([&](AdamOptions& o) { o.weight_decay = wrong; }), std::invalid_argument);
    }
    for (float const wrong : {nan, 1.0f, 1.5f, -1.0f}) {
        CAPTURE(wrong);
        REQUIRE_THROWS_AS(made([&](AdamOptions& o) { o.first_moment_decay = wrong; }), std::invalid_argument);
        REQUIRE_THROWS_AS(made([&](AdamOptions& o) { o.second_moment_decay = wrong; }), std::invalid_argument);
    }
    REQUIRE(made([](AdamOptions& o) { o = {.learning_rate = 0, .first_moment_decay = 0, .second_moment_decay = 0}; }) ==
            0);
    REQUIRE(made([](AdamOptions& o) { o.epsilon = 0; }) == 0);
}

TEST_CASE("the defaults are the reference's, of which b2 is .98") {
    STATIC_REQUIRE(AdamOptions{}.learning_rate == 1e-3f);
    STATIC_REQUIRE(AdamOptions{}.first_moment_decay == 0.9f);
    STATIC_REQUIRE(AdamOptions{}.second_moment_decay == 0.98f);
    STATIC_REQUIRE(AdamOptions{}.epsilon == 1e-8f);
    STATIC_REQUIRE(AdamOptions{}.weight_decay == 0.0f);
}

TEST_CASE("the global norm is taken over all entries of all parameters") {
    // 6 entries of 3 and a number of -sqrt(10)^2 = 10: sqrt(6 * 9 + 10) = 8.
    auto gradient = all<double>(-std::sqrt(10.0), 3);
    REQUIRE(std::abs(global_norm(gradient) - 8) <= 8 * 10 * 0x1p-53);  // ten operations
    REQUIRE(global_norm(all<double>(0, 0)) == 0);

    using TwoHeads = MultiHeadAttention<LinearSelfAttention<sizes.tokens(), float>,
                                        LinearSelfAttention<sizes.tokens(), float, 6, 8>>;
    TwoHeads heads{};
    set_zero(heads);
    element<0>(heads.heads).query(4, 0) = 3;
    element<1>(heads.heads).output(0, 7) = -4;
    REQUIRE(global_norm(heads) == 5);
}

TEST_CASE("the squares of a norm do not overflow where the gradient does not") {
    // (1e30)^2 is beyond float. Summed in double, 2^-50 covers its eight roundings.
    double const entry = static_cast<double>(1e30f);
    REQUIRE(std::abs(global_norm(all<float>(0, 1e30f)) - std::sqrt(6.0) * entry) <= 0x1p-50 * std::sqrt(6.0) * entry);
}

TEST_CASE("a norm is right where the squares of double overflow or underflow") {
    double const u = 0x1p-50;  // eight roundings
    for (double const unit : {1e200, 1e-160, 1e-200, 1e-300}) {
        CAPTURE(unit);
        REQUIRE(std::abs(global_norm(all<double>(unit, unit)) / unit - std::sqrt(7.0)) <= u * 3);
        for (double const largest : {1.0, 1e-50, 1e-250}) {
            auto gradient = all<double>(3 * unit, 0);
            gradient.initial_weights(1, 2) = -4 * unit;
            double const norm = clip_by_global_norm(gradient, unit * largest);
            REQUIRE(std::abs(norm / unit - 5) <= u * 5);
            if (unit * largest > 1e-300) {
                REQUIRE(std::abs(gradient.learning_rate / (unit * largest) - 0.6) <= u);
                REQUIRE(std::abs(gradient.initial_weights(1, 2) / (unit * largest) + 0.8) <= u);
                REQUIRE(gradient.initial_weights(0, 0) == 0);
            }
        }
    }
}

TEST_CASE("a gradient is clipped where the factor is below the normal numbers") {
    auto of_floats = all<float>(3e38f, 0);
    static_cast<void>(clip_by_global_norm(of_floats, 1e-5));
    REQUIRE(std::abs(of_floats.learning_rate / 1e-5f - 1) <= 0x1p-22f);
    auto of_doubles = all<double>(0, 0);
    of_doubles.initial_weights(1, 1) = 1e200;
    static_cast<void>(clip_by_global_norm(of_doubles, 1e-200));
    REQUIRE(std::abs(of_doubles.initial_weights(1, 1) / 1e-200 - 1) <= 0x1p-50);
    REQUIRE(of_doubles.learning_rate == 0);
    static_cast<void>(clip_by_global_norm(of_doubles, 0));
    REQUIRE(of_doubles.initial_weights(1, 1) == 0);
}

TEST_CASE("a gradient of zeros is not longer than 0") {
    auto zeros = all<float>(0, 0);
    REQUIRE(clip_by_global_norm(zeros, 0) == 0);
    REQUIRE(zeros.learning_rate == 0);
    REQUIRE(zeros.initial_weights(1, 2) == 0);
}

TEST_CASE("a norm that is infinite is not hidden by clipping") {
    for (double const largest : {1.0, std::numeric_limits<double>::infinity()}) {
        auto too_long = all<double>(0, std::numeric_limits<double>::max());
        REQUIRE(std::isinf(clip_by_global_norm(too_long, largest)));
        REQUIRE(std::isnan(too_long.initial_weights(0, 0)));
        auto infinite = all<float>(1, 1);
        infinite.initial_weights(1, 1) = std::numeric_limits<float>::infinity();
        REQUIRE(std::isinf(clip_by_global_norm(infinite, largest)));
        REQUIRE(std::isnan(infinite.learning_rate));
    }
}

TEST_CASE("a gradient below the largest norm is left to the last bit") {
    auto const before = all<float>(0.1f, 0.3f);
    auto after = before;
    REQUIRE(clip_by_global_norm(after, 10.0) == global_norm(before));
    REQUIRE(after.learning_rate == before.learning_rate);
    REQUIRE((after.initial_weights == before.initial_weights));
}

TEMPLATE_TEST_CASE("a gradient above the largest norm keeps its direction and gets that norm", "", float, double) {
    auto const before = all<TestType>(-2, 3);
    auto after = before;
    double const norm = std::sqrt(6 * 9 + 4.0);
    double const u = static_cast<double>(std::numeric_limits<TestType>::epsilon()) / 2;
    REQUIRE(std::abs(clip_by_global_norm(after, 0.5) - norm) <= norm * 10 * 0x1p-53);
    // The factor is rounded once and its product with an entry once; 2^-49 is for the double norm and this test.
    REQUIRE(largest_relative_error(after, -2 * 0.5 / norm, 3 * 0.5 / norm) <= 2 * u + 0x1p-49);
}

TEST_CASE("a gradient of the largest norm is as long after clipping as before") {
    auto gradient = all<double>(0, 0);
    gradient.initial_weights(0, 0) = 3;
    gradient.initial_weights(1, 2) = -4;
    REQUIRE(clip_by_global_norm(gradient, 5.0) == 5);
    REQUIRE(gradient.initial_weights(0, 0) == 3);
    REQUIRE(gradient.initial_weights(1, 2) == -4);
}

TEST_CASE("a gradient that is not a number is not hidden by clipping") {
    auto gradient = all<float>(1, 1);
    gradient.initial_weights(1, 1) = std::numeric_limits<float>::quiet_NaN();
    double const norm = clip_by_global_norm(gradient, 1.0);
    REQUIRE(std::isnan(norm));
    REQUIRE_FALSE(std::isfinite(gradient.learning_rate));
}

}  // namespace
