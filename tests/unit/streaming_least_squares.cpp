// SPDX-License-Identifier: MIT
// Least squares with forgetting, over streams of 10^6 examples, excited and not: where the covariance of the textbooks loses its sign or
// overflows, the factored and guarded one stays what it is. And ridge regression by sums whose numbers cannot hold the penalty.
#include "incontext/incontext.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "catch.hpp"

namespace {

using namespace incontext;

constexpr int n = 8;

/// Roughly normal: the sum of twelve uniform numbers, from a seed.
struct Normal {
    std::uint64_t state;
    double operator()() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            sum += static_cast<double>(state >> 11) * 0x1p-53;
        }
        return sum;
    }
};

enum class Inputs { exciting, one_direction, sine, constant, ill_conditioned };

Eigen::Matrix<double, n, 1> input_at(Inputs inputs, long t, Normal& normal) {
    Eigen::Matrix<double, n, 1> x = Eigen::Matrix<double, n, 1>::Zero();
    double const common = normal();
    switch (inputs) {
        case Inputs::exciting:
            return x.unaryExpr([&](double) { return normal(); });
        case Inputs::one_direction:
            x(0) = x(1) = common;
            return x;
        case Inputs::sine:
            for (int i = 0; i < n; ++i) {
                x(i) = std::sin(0.3 * static_cast<double>(t % 1000000 - i));
            }
            return x;
        case Inputs::constant:
            return x.setOnes();
        case Inputs::ill_conditioned:
            return x.unaryExpr([&](double) { return common + 1e-3 * normal(); });
    }
    return x;
}

/// What the textbooks write: k = P x / (gate + x^T P x), W += (y - W x) k^T, P = (P - k (P x)^T) / gate.
template <class Number>
struct Textbook {
    Eigen::Matrix<Number, n, n> P = Eigen::Matrix<Number, n, n>::Identity() * Number(100);
    Eigen::Matrix<Number, 1, n> W = Eigen::Matrix<Number, 1, n>::Zero();

    void observe(Eigen::Matrix<Number, n, 1> const& x, Number y, Number gate) {
        Eigen::Matrix<Number, n, 1> const Px = P * x;
        Number const denominator = gate + x.dot(Px);
        W += ((y - W.dot(x)) / denominator) * Px.transpose();
        P = ((P - Px * Px.transpose() / denominator) / gate).eval();
    }
    [[nodiscard]] bool is_spoiled() const { return !P.allFinite() || !W.allFinite() || P.diagonal().minCoeff() < 0; }
};

/// U diag(D) U^T, in double.
template <class Regressor>
Eigen::Matrix<double, n, n> covariance(Regressor const& regressor) {
    auto const state = regressor.state();
    Eigen::Matrix<double, n, n> const U = state.U.template cast<double>();
    Eigen::Matrix<double, n, 1> const D = state.D.template cast<double>();
    return U * D.asDiagonal() * U.transpose();
}

template <class Number>
void outlives_the_textbook(Inputs inputs, double gate, long examples, bool textbook_is_spoiled) {
    CAPTURE(static_cast<int>(inputs), gate, examples);
    auto regressor = rls<n, 1>(static_cast<Number>(gate), Number(0.01));
    Textbook<Number> textbook;
    bool spoiled = false;
    Normal normal{1};
    Eigen::Matrix<double, 1, n> const W = Eigen::Matrix<double, 1, n>::NullaryExpr([&] { return normal(); });
    double squares = 0;
    for (long t = 0; t < examples; ++t) {
        Eigen::Matrix<double, n, 1> const x = input_at(inputs, t, normal);
        double const y = W.dot(x) + 0.01 * normal();
        Eigen::Matrix<Number, n, 1> const X = x.cast<Number>();
        Eigen::Matrix<Number, 1, 1> const Y(static_cast<Number>(y));
        double const error = static_cast<double>(regressor.predict(X)(0)) - y;
        squares += t >= 1000 ? error * error : 0;
        REQUIRE(regressor.observe(X, Y) == Observation::observed);
        if (!spoiled && textbook_is_spoiled) {
            textbook.observe(X, Y(0), static_cast<Number>(gate));
            spoiled = textbook.is_spoiled();
        }
    }
    REQUIRE(spoiled == textbook_is_spoiled);
    REQUIRE(regressor.state().D.minCoeff() > 0);
    REQUIRE(covariance(regressor).trace() <= n / 0.01 * 1.0001);
    // The noise is .01; forgetting adds the rest.
    REQUIRE(std::sqrt(squares / static_cast<double>(examples - 1000)) < 0.0115);

    // What was not excited for so long is excited at once: no burst, and learned in some n examples.
    double largest = 0;
    double last = 0;
    for (int t = 0; t < 400; ++t) {
        Eigen::Matrix<double, n, 1> const x = input_at(Inputs::exciting, t, normal);
        double const y = W.dot(x) + 0.01 * normal();
        last = std::abs(static_cast<double>(regressor.predict(x.cast<Number>())(0)) - y);
        largest = std::max(largest, last);
        REQUIRE(regressor.observe(x.cast<Number>(), Eigen::Matrix<Number, 1, 1>(static_cast<Number>(y))) ==
                Observation::observed);
    }
    REQUIRE(largest < 30 * W.norm());
    REQUIRE(last < 0.06);
}

TEST_CASE("float, 10^6 examples: neither wind-up nor a lost sign") {
    outlives_the_textbook<float>(Inputs::exciting, 0.99, 1'000'000, false);
    outlives_the_textbook<float>(Inputs::one_direction, 0.99, 1'000'000, true);
    outlives_the_textbook<float>(Inputs::sine, 0.99, 1'000'000, true);
    outlives_the_textbook<float>(Inputs::sine, 0.999, 1'000'000, true);
    outlives_the_textbook<float>(Inputs::constant, 0.99, 1'000'000, true);
    outlives_the_textbook<float>(Inputs::ill_conditioned, 0.99, 1'000'000, true);
}

TEST_CASE("double: later, and the same") {
    outlives_the_textbook<double>(Inputs::exciting, 0.99, 100'000, false);
    outlives_the_textbook<double>(Inputs::one_direction, 0.99, 100'000, true);
    outlives_the_textbook<double>(Inputs::sine, 0.99, 100'000, true);
    outlives_the_textbook<double>(Inputs::constant, 0.99, 100'000, true);
}

TEST_CASE("without forgetting the covariance falls for 10^6 examples, and the fit is that of all of them") {
    auto regressor = rls<n, 1>(1.0f, 0.01f);
    Normal normal{1};
    Eigen::Matrix<double, 1, n> const W = Eigen::Matrix<double, 1, n>::NullaryExpr([&] { return normal(); });
    for (long t = 0; t < 1'000'000; ++t) {
        Eigen::Matrix<double, n, 1> const x = input_at(Inputs::exciting, t, normal);
        Eigen::Matrix<float, 1, 1> const y(static_cast<float>(W.dot(x) + 0.1 * normal()));
        REQUIRE(regressor.observe(x.cast<float>(), y) == Observation::observed);
    }
    // The error of least squares is .1 sqrt(n / 10^6) = .00028; a part of it is float's.
    REQUIRE((regressor.state().S.cast<double>() - W).norm() < 0.001);
    Eigen::Matrix<double, n, n> const R = covariance(regressor);
    REQUIRE(R.trace() == Approx(n * 1e-6).epsilon(0.02));
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
    for (int t = 0; t < 20000; ++t) {
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
