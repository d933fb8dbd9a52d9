// SPDX-License-Identifier: MIT
// The largest stable learning rate where the eigenvalues are known by hand: directions that are orthogonal, or one alone.
#include <array>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "incontext/gradient_descent/learning_rate.hpp"
#include "incontext/matrix/eigen.hpp"

namespace {

using namespace incontext;

constexpr double u = std::numeric_limits<double>::epsilon() / 2;

TEST_CASE("the bound is at least the largest eigenvalue, and hardly more") {
    Matrix<double, 3, 3> H;
    H << 5, 2, 0, 2, 5, 0, 0, 0, 4;  // 7, 4, 3
    REQUIRE(bound_of_largest_eigenvalue<double, 3>(H) >= 7);
    REQUIRE(bound_of_largest_eigenvalue<double, 3>(H) <= 7 * 1.0011);
    Matrix<double, 3, 3> const flat = Matrix<double, 3, 3>::Constant(0.1);  // .3 and twice 0
    REQUIRE(bound_of_largest_eigenvalue<double, 3>(flat) > 0.3 * (1 + 20 * u));
    REQUIRE(bound_of_largest_eigenvalue<double, 3>(flat) < 0.3 * (1 + 60 * u));
    REQUIRE(bound_of_largest_eigenvalue<double, 1>(Matrix<double, 1, 1>(7.0)) >= 7);
    Matrix<double, 3, 3> none = Matrix<double, 3, 3>::Zero();
    REQUIRE(bound_of_largest_eigenvalue<double, 3>(none) == 0);
    none.setConstant(-0.0);  // 2 over it is an infinite rate, not a negative one
    REQUIRE(!std::signbit(bound_of_largest_eigenvalue<double, 3>(none)));
    none(0, 1) = std::numeric_limits<double>::quiet_NaN();
    REQUIRE(std::isnan(bound_of_largest_eigenvalue<double, 3>(none)));
}

TEST_CASE("two orthogonal directions of four examples; every input negative; one input alone") {
    static constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
    auto const rate = [](Matrix<double, 2, 4> const& X) {
        return largest_stable_learning_rate<sizes>(
            embed(X, Matrix<double, 1, 4>(Matrix<double, 1, 4>::Zero()), Matrix<double, 2, 1>(1, 1)));
    };
    Matrix<double, 2, 4> X;
    X << 6, 6, 0, 0, 0, 0, 1, -2;  // X X^T / 4 = diag(18, 5/4)
    REQUIRE(rate(X) <= 2.0 / 18);
    REQUIRE(rate(X) >= 2.0 / 18 * (1 - 0.0007));
    X << -3, -3, -3, -3, -4, -4, -4, -4;  // 25 along (3, 4)
    REQUIRE(rate(X) <= 2.0 / 25);
    REQUIRE(rate(X) >= 2.0 / 25 * (1 - 0.0007));
    for (double const unknown : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        X(1, 2) = unknown;
        REQUIRE(std::isnan(rate(X)));
    }
    X.setZero();
    REQUIRE(std::isinf(rate(X)));
    X(1, 2) = std::numeric_limits<double>::quiet_NaN();
    REQUIRE(std::isnan(rate(X)));
}

TEMPLATE_TEST_CASE("eigenvalues below the normal numbers have a bound that is not rounded down", "", float, double) {
    TestType const step = std::numeric_limits<TestType>::denorm_min();
    using Entries = std::array<double, 3>;
    for (auto const& [a, b, c] :
         {Entries{4, 1, 1}, Entries{1, 1, 1}, Entries{3, 1, 2}, Entries{1000, 999, 1000}, Entries{7, 0, 1}}) {
        CAPTURE(a, b, c);
        Matrix<double, 2, 2> steps;
        steps << a, b, b, c;
        Matrix<TestType, 2, 2> const H = steps.template cast<TestType>() * step;
        double const largest = (a + c) / 2.0 + std::sqrt((a - c) * (a - c) / 4.0 + b * b);
        auto const bound = static_cast<double>(bound_of_largest_eigenvalue<TestType, 2>(H) / step);
        REQUIRE(bound >= largest);
        REQUIRE(bound <= largest * 1.0007 + 2);
    }
}

TEMPLATE_TEST_CASE("a rate below the normal numbers is rounded down", "", float, double) {
    static constexpr Dimensions sizes{.input = 1, .output = 1, .context = 1};
    using One = Matrix<TestType, 1, 1>;
    auto const rate = [](TestType x) {
        return largest_stable_learning_rate<sizes>(embed(One(x), One(TestType(1)), One(x)));
    };
    // 2 / x^2 is between two of these numbers, which are whole steps.
    auto x = static_cast<TestType>(std::sqrt(2.0L / std::numeric_limits<TestType>::min()));
    REQUIRE(static_cast<long double>(rate(x / 2)) * x / 2 * x / 4 > 1 - 100 * std::numeric_limits<TestType>::epsilon());
    int seen = 0;
    for (; rate(x) > 0; x *= TestType(1.07)) {
        CAPTURE(x);
        long double const of_largest = static_cast<long double>(rate(x)) * x / 2 * x;
        REQUIRE(of_largest <= 1);
        ++seen;
    }
    REQUIRE(seen > 100);
}

}  // namespace
