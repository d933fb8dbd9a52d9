// SPDX-License-Identifier: MIT
// What keeps least squares where its numbers can hold it: a bound of the covariance from above and from below, and the least penalty of ridge
// regression by sums. The long streams are in streaming_least_squares.cpp.
#include "incontext/incontext.hpp"

#include <cmath>
#include <limits>

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
    // What has become 0 would stay so: 0 / gate is 0.
    auto state = regressor.state();
    state.D.setZero();
    regressor.rule().guard(state);
    REQUIRE(state.D.minCoeff() > std::numeric_limits<float>::min());
    REQUIRE(state.D.maxCoeff() < 1e-30f);
}

TEST_CASE("ridge regression by sums has a penalty that its numbers can hold") {
    // Inputs that resemble each other to seven digits: in float H is singular, and the penalty asked for is below its rounding.
    auto regressor = ridge_memory<n, 1>(1.0f, 1e-7f);
    auto ask = [&](auto const& rule, Eigen::Matrix<float, n, 1> const& x) {
        return rule.read(regressor.state(), x)(0);
    };
    Normal normal{1};
    int wild = 0;
    for (int t = 0; t < 3000; ++t) {
        double const common = normal();
        Eigen::Matrix<float, n, 1> const x =
            Eigen::Matrix<double, n, 1>::NullaryExpr([&] { return common + 1e-7 * normal(); }).cast<float>();
        REQUIRE(regressor.observe(x, Eigen::Matrix<float, 1, 1>(x.sum())) == Observation::observed);
        if (t > 100) {
            Eigen::Matrix<float, n, 1> const question = Eigen::Matrix<float, n, 1>::Ones();
            REQUIRE(regressor.predict(question)(0) == Approx(n).epsilon(0.01));
            // The rule by itself, with the penalty asked for:
            float const plain = ask(regressor.rule(), question);
            wild += std::isfinite(plain) && std::abs(plain - n) < 1 ? 0 : 1;
        }
    }
    REQUIRE(wild > 100);
    // Where the numbers can hold it, the penalty is that asked for.
    auto sane = ridge_memory<2, 1>(1.0, 0.5);
    static_cast<void>(sane.observe(Eigen::Vector2d(1, 0), Eigen::Matrix<double, 1, 1>(3.0)));
    REQUIRE(sane.predict(Eigen::Vector2d(1, 0))(0) == 2.0);
}

}  // namespace
