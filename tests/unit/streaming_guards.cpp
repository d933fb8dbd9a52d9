// SPDX-License-Identifier: MIT
// What keeps least squares where its numbers can hold it: a bound of the covariance from above and from below. That of ridge regression by
// sums is in streaming_ridge.cpp, the long streams are in streaming_least_squares.cpp.
#include "incontext/incontext.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <type_traits>

#include "catch.hpp"
#include "support/normal.hpp"

namespace {

using namespace incontext;
using test::Normal;

constexpr int n = 8;

TEST_CASE("what no example excites does not grow beyond what it was before the first one") {
    auto regressor = rls<2, 1>(0.9f, 0.5f);
    for (int t = 0; t < 2000; ++t) {
        REQUIRE(regressor.observe(Eigen::Vector2f(1, 3), Eigen::Matrix<float, 1, 1>(1.0f)) == Observation::observed);
        auto const state = regressor.state();
        REQUIRE(state.D(0) <= 2.0001f);
        REQUIRE(state.D(1) * (1 + state.U(0, 1) * state.U(0, 1)) <= 2.0001f);
    }
    // Without the bound .9^-2000 would be no float.
    REQUIRE(regressor.predict(Eigen::Vector2f(1, 3))(0) == Approx(1));
}

TEST_CASE("where a direction was known too well it is forgotten again") {
    // One example of size 10^12 among others: R falls to 10^-24 in its direction.
    auto regressor = rls<2, 1>(0.9f, 1.0f);
    Normal normal{1};
    auto const show = [&](Eigen::Vector2f const& x) {
        Eigen::Matrix<float, 1, 1> const y(2 * x(0) - x(1));
        REQUIRE(regressor.observe(x, y) == Observation::observed);
    };
    show(Eigen::Vector2f(1e12f, 1e12f));
    for (int t = 0; t < 2000; ++t) {
        show(Eigen::Vector2f(static_cast<float>(normal()), static_cast<float>(normal())));
    }
    REQUIRE(regressor.predict(Eigen::Vector2f(1, 0))(0) == Approx(2).margin(1e-3));
    REQUIRE(regressor.predict(Eigen::Vector2f(0, 1))(0) == Approx(-1).margin(1e-3));
    // What has become 0 would stay so: 0 / gate is 0. It is told, and what rounding alone has taken below the least is raised.
    constexpr float least = std::numeric_limits<float>::min();
    auto state = regressor.state();
    state.D(0) = 0;
    state.D(1) = least * (1 - 2 * std::numeric_limits<float>::epsilon());
    regressor.rule().guard(state);
    REQUIRE(std::isnan(state.D(0)));
    REQUIRE(state.D(1) == least);
    state.D(1) = least * (1 - 8 * std::numeric_limits<float>::epsilon());
    regressor.rule().guard(state);
    REQUIRE(std::isnan(state.D(1)));
}

/// Examples (x, 3 +- 1) in a direction, without forgetting: what is predicted at x is the mean of those that were observed, and all are
/// observed where 1/(their number times x^2) is a number.
template <int Inputs, class Number>
void predicts_the_mean_of_what_was_observed() {
    constexpr int examples = 4000;
    int const largest = std::numeric_limits<Number>::max_exponent / 2 - 4;
    int refused = 0;
    for (int exponent = largest / 2; exponent <= largest; ++exponent) {
        CAPTURE(Inputs, exponent);
        auto regressor = rls<Inputs, 1>(Number(1), Number(1));
        Matrix<Number, Inputs, 1> x = Matrix<Number, Inputs, 1>::Ones();
        x(Inputs - 1) = std::ldexp(Number(1), exponent);
        Normal normal{1};
        double sum = 0;
        for (int t = 0; t < examples; ++t) {
            double const y = normal() < 0 ? 2 : 4;
            auto const status = regressor.observe(x, Matrix<Number, 1, 1>(static_cast<Number>(y)));
            sum += status == Observation::observed ? y : 0;
        }
        REQUIRE(regressor.count() + regressor.refused() == examples);
        REQUIRE(regressor.count() > 10);
        REQUIRE(static_cast<double>(regressor.predict(x)(0)) ==
                Approx(sum / static_cast<double>(regressor.count())).epsilon(1e-5));
        bool const is_held = examples * x.squaredNorm() < 1 / std::numeric_limits<Number>::min();
        REQUIRE((regressor.refused() == 0 || !is_held));
        refused += regressor.refused() != 0 ? 1 : 0;
    }
    // Beside an input of 1 it is known to 1/(penalty x^2) and not better, if both are always the same.
    REQUIRE((Inputs > 1 ? refused == 0 : refused > 2));
}

TEST_CASE("least squares without forgetting forgets nothing") {
    predicts_the_mean_of_what_was_observed<1, float>();
    predicts_the_mean_of_what_was_observed<2, float>();
    predicts_the_mean_of_what_was_observed<3, float>();
    predicts_the_mean_of_what_was_observed<1, double>();
    predicts_the_mean_of_what_was_observed<2, double>();
}

TEST_CASE("a direction known to the last bit that numbers hold does not keep the others from being learned") {
    auto regressor = rls<2, 1>(1.0f, 1.0f);
    Eigen::Vector2f const large(0, 0x1p61f);
    for (int t = 0; t < 16; ++t) {
        REQUIRE(regressor.observe(large, Eigen::Matrix<float, 1, 1>(1.0f)) == Observation::observed);
    }
    REQUIRE(regressor.state().D(1) == std::numeric_limits<float>::min());
    auto const before = regressor.save();
    REQUIRE(regressor.observe(large, Eigen::Matrix<float, 1, 1>(1.0f)) == Observation::out_of_range);
    REQUIRE(regressor.refused() == 1);
    REQUIRE(regressor.state().D(1) == std::numeric_limits<float>::min());
    auto taken = regressor;
    REQUIRE(taken.restore(before) == Restored::all);
    REQUIRE(taken.save() == before);
    // Rounding alone takes D(1) below that, again and again.
    Normal normal{1};
    for (int t = 0; t < 100'000; ++t) {
        Eigen::Vector2f const x(static_cast<float>(normal()), static_cast<float>(normal()));
        REQUIRE(regressor.observe(x, Eigen::Matrix<float, 1, 1>(2 * x(0))) == Observation::observed);
    }
    REQUIRE(regressor.predict(Eigen::Vector2f(1, 0))(0) == Approx(2).epsilon(1e-4));
    REQUIRE(regressor.state().D(0) == Approx(1e-5).epsilon(0.02));
}

/// Calls visit(x, size, penalty): one entry of x is large, at each place, beside entries of 1, or of 0.
template <int Inputs, class Number, class Visit>
void for_each_large_input(Visit const& visit) {
    for (int exponent = 0; exponent <= std::numeric_limits<Number>::max_exponent / 2 - 4; exponent += 2) {
        for (int const of_penalty : {4, 0, -10, -20, -30, -60}) {
            for (int place = 0; place < Inputs; ++place) {
                for (Number const other : {Number(1), Number(0)}) {
                    Matrix<Number, Inputs, 1> x = Matrix<Number, Inputs, 1>::Constant(other);
                    x(place) = std::ldexp(Number(1.25), exponent);
                    visit(x, std::ldexp(Number(1), of_penalty));
                }
            }
        }
    }
}

/// Least squares of one example: y a/(1 + a), where a = |x|^2/penalty.
template <class Matrix, class Number>
double of_one_example(double y, Matrix const& x, Number penalty) {
    long double const square = x.template cast<long double>().squaredNorm();
    return static_cast<double>(y / (1 + static_cast<long double>(penalty) / square));
}

template <int Inputs, class Number>
void large_inputs_are_learned_or_refused() {
    int observed = 0;
    int refused = 0;
    for_each_large_input<Inputs, Number>([&](Matrix<Number, Inputs, 1> const& x, Number penalty) {
        CAPTURE(Inputs, std::numeric_limits<Number>::digits, x.transpose(), penalty);
        auto regressor = rls<Inputs, 1>(Number(1), penalty);
        auto const before = regressor.state();
        auto const status = regressor.observe(x, Matrix<Number, 1, 1>(Number(3)));
        bool const is_observed = status == Observation::observed;
        (is_observed ? observed : refused) += 1;
        REQUIRE((is_observed || status == Observation::out_of_range));
        REQUIRE(regressor.count() == (is_observed ? 1 : 0));
        REQUIRE(regressor.refused() == (is_observed ? 0 : 1));
        if (is_observed) {
            REQUIRE(static_cast<double>(regressor.predict(x)(0)) ==
                    Approx(of_one_example(3, x, penalty)).epsilon(1e-6));
        } else {
            REQUIRE(x.template cast<long double>().squaredNorm() / static_cast<long double>(penalty) >
                    static_cast<long double>(std::numeric_limits<Number>::max() / 2));
            auto const after = regressor.state();
            REQUIRE((after.S == before.S && after.U == before.U && after.D == before.D));
        }
    });
    REQUIRE(observed > 100);
    REQUIRE(refused > 10);
}

TEST_CASE("least squares learns from a large input, or refuses it") {
    large_inputs_are_learned_or_refused<1, float>();
    large_inputs_are_learned_or_refused<2, float>();
    large_inputs_are_learned_or_refused<3, float>();
    large_inputs_are_learned_or_refused<5, float>();
    large_inputs_are_learned_or_refused<1, double>();
    large_inputs_are_learned_or_refused<2, double>();
    large_inputs_are_learned_or_refused<3, double>();
}

template <int Inputs, class Number>
void large_keys_are_learned_or_told() {
    using Rule = LeastSquaresRule<MemoryShape{Inputs, 1}, Number>;
    int learned = 0;
    int told = 0;
    for_each_large_input<Inputs, Number>([&](Matrix<Number, Inputs, 1> const& x, Number penalty) {
        CAPTURE(Inputs, std::numeric_limits<Number>::digits, x.transpose(), penalty);
        std::array<typename Rule::Example, 1> examples;
        examples[0].key = x;
        examples[0].value.setConstant(Number(3));
        std::array<typename Rule::Query, 1> queries;
        queries[0] = x / x.norm();
        auto const check = [&](auto const& form) {
            typename Rule::State state{};
            state.R = Matrix<Number, Inputs, Inputs>::Identity() / penalty;
            auto const before = state;
            std::array<typename Rule::Answer, 1> answers;
            REQUIRE(form(state, std::span<typename Rule::Example const>(examples),
                         std::span<typename Rule::Query const>(queries),
                         std::span<typename Rule::Answer>(answers)) == Answered::all);
            if (std::isfinite(answers[0](0))) {
                ++learned;
                // The part of R along x is known to the digits that 1/penalty has left of it: what is asked is whether R moved.
                auto const R_x = [&](auto const& of) { return static_cast<double>((of.R * queries[0]).norm()); };
                double const share = of_one_example(1, x, penalty);
                REQUIRE(R_x(state) <= R_x(before) * (1 - share + 1e-5));
            } else {
                ++told;
                // (R k)(R k)^T overflows, or k^T R k.
                long double const square = x.template cast<long double>().squaredNorm();
                long double const of_R = std::max(1.0L, 1 / static_cast<long double>(penalty));
                REQUIRE(square * of_R * of_R > static_cast<long double>(std::numeric_limits<Number>::max() / 2));
            }
        };
        check([](auto&&... of) { return in_sequence(Rule{}, of...); });
        check([](auto&&... of) { return in_chunks<2>(Rule{}, of...); });

        // So do the derivatives.
        typename Rule::State before{};
        before.R = Matrix<Number, Inputs, Inputs>::Identity() / penalty;
        typename Rule::State state_{};
        state_.R.setIdentity();
        typename Rule::Example example_{};
        example_.rate = Number(0);
        Rule::pull_back_observe(before, examples[0], state_, example_);
        Number const Rx = (before.R * x).dot(x);
        REQUIRE(std::isfinite(example_.rate) <= std::isfinite(Rx));
    });
    REQUIRE(learned > 100);
    REQUIRE(told > 10);
}

TEST_CASE("the mesa layer learns from a large key, or its answers are not finite") {
    large_keys_are_learned_or_told<1, float>();
    large_keys_are_learned_or_told<2, float>();
    large_keys_are_learned_or_told<3, float>();
    large_keys_are_learned_or_told<1, double>();
    large_keys_are_learned_or_told<3, double>();
}

}  // namespace
