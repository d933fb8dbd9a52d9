// SPDX-License-Identifier: MIT
// The least penalty of ridge regression by sums that its numbers can hold: of each channel its own, in whatever units they are.
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

TEST_CASE("a channel of another unit keeps its own penalty: y = 3 + t/10^10 of (1, t), t up to 5 10^11") {
    auto regressor = ridge_memory<2, 1>(1.0, 1e-6);
    for (int i = 0; i < 100; ++i) {
        double const t = 1e10 * (i * 7919 % 100 - 50);
        REQUIRE(regressor.observe(Eigen::Vector2d(1, t), Eigen::Matrix<double, 1, 1>(3 + t * 1e-10)) ==
                Observation::observed);
    }
    REQUIRE(regressor.predict(Eigen::Vector2d(1, 0))(0) == Approx(3).epsilon(1e-6));
    REQUIRE(regressor.predict(Eigen::Vector2d(1, 1e10))(0) == Approx(4).epsilon(1e-6));
    REQUIRE(regressor.predict(Eigen::Vector2d(0, 1e10))(0) == Approx(1).epsilon(1e-6));
    // Conjugate gradients converge as the condition lets them: there the penalty is that of the largest channel.
    using Steps = RidgeMemoryRule<MemoryShape{2, 1}, double, ByConjugateGradients<2>>;
    Steps::State state{};
    state.H << 100, 0, 0, 1e20;
    auto const penalty = Steps{}.readable(state).penalty;
    REQUIRE(penalty(0) == penalty(1));
    REQUIRE(penalty(1) == Approx(8 * std::numeric_limits<double>::epsilon() * 1e20));
    RidgeMemoryRule<MemoryShape{2, 1}, double> rule;
    RidgeMemoryRule<MemoryShape{2, 1}, double>::State own{};
    own.H = state.H;
    REQUIRE(rule.readable(own).penalty(0) == 1);
    REQUIRE(rule.readable(own).penalty(1) == penalty(1));
}

template <int Inputs, class Number>
void predicts_alike_in_every_unit() {
    using Rule = RidgeMemoryRule<MemoryShape{Inputs, 1}, Number>;
    Normal normal{1};
    int raised = 0;
    for (int stream = 0; stream < 50; ++stream) {
        Rule plain;
        Rule in_units;
        Matrix<Number, Inputs, 1> unit;
        for (int i = 0; i < Inputs; ++i) {
            int const most = std::numeric_limits<Number>::max_exponent / 8;
            unit(i) = std::ldexp(Number(1), static_cast<int>(normal() * most / 6));
            plain.penalty(i) = Number(1e-10);
            in_units.penalty(i) = plain.penalty(i) * unit(i) * unit(i);
        }
        StreamingRegressor<Rule> one(typename Rule::Example{}, plain);
        StreamingRegressor<Rule> other(typename Rule::Example{}, in_units);
        double const apart = std::pow(10.0, -(stream % 10));
        auto const drawn = [&] {
            double const common = normal();
            return Matrix<Number, Inputs, 1>(Matrix<double, Inputs, 1>::NullaryExpr([&] {
                                                 return common + apart * normal();
                                             }).template cast<Number>());
        };
        for (int t = 0; t < 100; ++t) {
            Matrix<Number, Inputs, 1> const x = drawn();
            Matrix<Number, Inputs, 1> const in_unit = x.cwiseProduct(unit);
            Matrix<Number, 1, 1> const y(static_cast<Number>(normal()));
            REQUIRE(one.predict(x) == other.predict(in_unit));
            REQUIRE(one.observe(x, y) == Observation::observed);
            REQUIRE(other.observe(in_unit, y) == Observation::observed);
        }
        raised += one.rule().readable(one.state()).penalty(0) > Number(1e-10) ? 1 : 0;
    }
    REQUIRE((raised > 0 || std::numeric_limits<Number>::digits > 24));
}

TEST_CASE("ridge regression by sums predicts the same to the last bit in units of every power of two") {
    predicts_alike_in_every_unit<2, float>();
    predicts_alike_in_every_unit<8, float>();
    predicts_alike_in_every_unit<2, double>();
    predicts_alike_in_every_unit<8, double>();
}

/// H of a rank below Inputs, or nearly so, in channels of any size, rounded once: with its readable penalty it is eliminated without a
/// pivot that is not positive.
template <int Inputs, class Number>
void every_pivot_is_positive(int cases) {
    using Rule = RidgeMemoryRule<MemoryShape{Inputs, 1}, Number>;
    using Wide = std::conditional_t<std::is_same_v<Number, float>, double, long double>;
    Normal normal{1};
    int without = 0;
    for (int drawn = 0; drawn < cases; ++drawn) {
        int const rank = 1 + drawn % Inputs;
        double const apart = std::pow(10.0, -(drawn % 19));
        Eigen::Matrix<Wide, Inputs, Inputs> factor;
        for (int row = 0; row < Inputs; ++row) {
            Wide const unit =
                std::pow(Wide(10), static_cast<Wide>(normal() * std::numeric_limits<Number>::max_exponent10 / 20));
            for (int col = 0; col < Inputs; ++col) {
                factor(row, col) = unit * static_cast<Wide>(normal() * (col < rank ? 1 : apart));
            }
        }
        typename Rule::State state{};
        state.H = (factor * factor.transpose()).template cast<Number>();
        copy_upper_half(state.H);
        Rule rule;
        rule.penalty.setConstant(std::numeric_limits<Number>::min());
        auto const pivots_are_positive = [&](Rule const& of) {
            Matrix<Number, Inputs, Inputs> a = state.H;
            a.diagonal() += of.penalty;
            for (int j = 0; j < Inputs; ++j) {
                if (!(a(j, j) > 0)) {
                    return false;
                }
                for (int i = j + 1; i < Inputs; ++i) {
                    Number const share = a(i, j) / a(j, j);
                    for (int l = j + 1; l <= i; ++l) {
                        a(i, l) -= share * a(l, j);
                    }
                }
            }
            return true;
        };
        REQUIRE(pivots_are_positive(rule.readable(state)));
        without += pivots_are_positive(rule) ? 0 : 1;
    }
    REQUIRE(without > cases / 20);
}

TEST_CASE("with penalties that numbers can hold no pivot is negative, in whatever units channels are") {
    every_pivot_is_positive<2, float>(10000);
    every_pivot_is_positive<3, float>(10000);
    every_pivot_is_positive<8, float>(5000);
    every_pivot_is_positive<16, float>(2000);
    every_pivot_is_positive<2, double>(10000);
    every_pivot_is_positive<3, double>(10000);
    every_pivot_is_positive<8, double>(5000);
    every_pivot_is_positive<16, double>(2000);
}

}  // namespace
