// SPDX-License-Identifier: MIT
// Least squares with forgetting, over streams of 10^6 examples, excited and not: where the covariance of the textbooks loses its sign or
// overflows, the factored and guarded one stays what it is.
#include "incontext/incontext.hpp"

#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "support/largest.hpp"
#include "support/normal.hpp"

namespace {

using namespace incontext;
using test::Normal;

constexpr int n = 8;

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
        if (!spoiled) {
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
        largest = test::larger_or_nan(largest, last);
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

TEST_CASE(
    "one direction that is excited alone is tracked for ever: the guard stops the others, and not the forgetting") {
    auto regressor = rls<n, 1>(0.99f, 0.01f);
    Normal normal{1};
    Eigen::Matrix<double, 1, n> W = Eigen::Matrix<double, 1, n>::NullaryExpr([&] { return normal(); });
    for (long t = 0; t < 102'000; ++t) {
        if (t == 100'000) {
            W = -W;
        }
        Eigen::Matrix<double, n, 1> const x = input_at(Inputs::one_direction, t, normal);
        double const y = W.dot(x) + 0.01 * normal();
        if (t > 101'500) {
            REQUIRE(std::abs(static_cast<double>(regressor.predict(x.cast<float>())(0)) - y) < 0.1);
        }
        REQUIRE(regressor.observe(x.cast<float>(), Eigen::Matrix<float, 1, 1>(static_cast<float>(y))) ==
                Observation::observed);
    }
}

/// The largest relative distance of S from the minimum of sum of gate^(T-t) |S x_t - y_t|^2 + gate^T penalty |S|^2, from the 200th of
/// 2000 examples of four white inputs on, of ten streams.
double distance_from_minimum(std::uint64_t stream, double gate, double penalty) {
    Normal normal{stream};
    auto regressor = rls<4, 1>(gate, penalty);
    Eigen::Matrix4d H = Eigen::Matrix4d::Identity() * penalty;
    Eigen::Vector4d moments = Eigen::Vector4d::Zero();
    double largest = 0;
    for (int t = 0; t < 2000; ++t) {
        Eigen::Vector4d x;
        for (int i = 0; i < 4; ++i) {
            x(i) = normal();
        }
        double const y = x.dot(Eigen::Vector4d(1, -1, 2, 0.5)) + normal();
        static_cast<void>(regressor.observe(x, Eigen::Matrix<double, 1, 1>(y)));
        H = (gate * H + x * x.transpose()).eval();
        moments = (gate * moments + y * x).eval();
        Eigen::Vector4d const minimum = H.ldlt().solve(moments);
        if (t >= 200) {
            largest = test::larger_or_nan(largest, (regressor.state().S.transpose() - minimum).norm() / minimum.norm());
        }
    }
    return largest;
}
double distance_from_minimum(double gate, double penalty) {
    double largest = 0;
    for (std::uint64_t stream = 1; stream <= 10; ++stream) {
        largest = test::larger_or_nan(largest, distance_from_minimum(stream, gate, penalty));
    }
    return largest;
}

TEST_CASE("how far the guard against wind-up takes least squares from its minimum") {
    for (double const gate : {0.99, 0.95, 0.9}) {
        for (double const penalty : {1e-3, 0.1, 1.0}) {
            CAPTURE(gate, penalty);
            REQUIRE(distance_from_minimum(gate, penalty) <= 1e-4);
        }
    }
    double const at_a_small_gate = distance_from_minimum(0.8, 1.0);
    REQUIRE(at_a_small_gate > 0.05);
    REQUIRE(at_a_small_gate <= 0.4);
    REQUIRE(distance_from_minimum(0.8, 1e-3) <= 1e-6);
}

}  // namespace
