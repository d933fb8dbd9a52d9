// SPDX-License-Identifier: MIT
// Functions and activations where they run: values against the C++ library in double, derivatives against differences.
#include "incontext/number/function.hpp"

#include <cmath>
#include <concepts>
#include <limits>

#include "catch.hpp"
#include "incontext/number/activation.hpp"
#include "incontext/number/dual.hpp"
#include "incontext/number/lanes.hpp"

namespace {

using namespace incontext;

constexpr double points[] = {-20, -5, -1.5, -0.3, -1e-3, 1e-3, 0.2, 0.9, 3, 8, 20};

double gelu(double z) {
    double const pi = std::acos(-1.0);
    return z / 2 * (1 + std::tanh(std::sqrt(2 / pi) * (z + 0.044715 * z * z * z)));
}
double relu(double z) {
    return z > 0 ? z : 0;
}
double cubes(double z) {
    return 1 - 2 * z + 5 * z * z * z;
}

template <class Activation>
void check(double (*f)(double)) {
    for (double const z : points) {
        CAPTURE(z);
        double const h = 1e-4;
        double const difference = (8 * (f(z + h) - f(z - h)) - (f(z + 2 * h) - f(z - 2 * h))) / (12 * h);
        auto const in_double = Activation::at(z);
        double const scale = 1 + std::abs(f(z));
        REQUIRE(std::abs(in_double.value - f(z)) <= 1e-14 * scale);
        REQUIRE(std::abs(in_double.derivative - difference) <= 1e-9 * scale);
        auto const in_float = Activation::at(static_cast<float>(z));
        float const zf = static_cast<float>(z);
        double const scale_of_float = 1 + std::abs(f(static_cast<double>(zf))) + z * z;
        REQUIRE(std::abs(static_cast<double>(in_float.value) - f(static_cast<double>(zf))) <=
                16 * 0x1p-24 * scale_of_float);
        REQUIRE(std::abs(static_cast<double>(in_float.derivative) - in_double.derivative) <= 1e-5 * scale_of_float);
        auto const in_lanes = Activation::at(Lanes<float, 4>(zf));
        for (int lane = 0; lane < 4; ++lane) {
            REQUIRE(std::abs(in_lanes.value[lane] - in_float.value) <= 8 * 0x1p-24 * scale_of_float);
            REQUIRE(std::abs(in_lanes.derivative[lane] - in_float.derivative) <= 1e-5 * scale_of_float);
        }
    }
}

TEST_CASE("activations are their formulas, in float, double and lanes") {
    check<GELU>(gelu);
    check<ReLU>(relu);
    check<PolynomialActivation<1, -2, 0, 5>>(cubes);
}

TEMPLATE_TEST_CASE("GELU is z or 0, and its derivative 1 or 0, where z^3 leaves the range", "", float, double) {
    auto const greatest = std::numeric_limits<TestType>::max();
    for (TestType const z : {TestType(99), TestType(101), TestType(1e14f), TestType(3e19f), greatest / 2, greatest}) {
        CAPTURE(z);
        REQUIRE(GELU::at(z).value == z);
        REQUIRE(GELU::at(z).derivative == 1);
        REQUIRE(GELU::at(-z).value == 0);
        REQUIRE(GELU::at(-z).derivative == 0);
        auto const of_dual = GELU::at(Dual<TestType>(z, TestType(3)));
        REQUIRE(of_dual.value.derivative == 3);
        REQUIRE(of_dual.derivative.value == 1);
        REQUIRE(of_dual.derivative.derivative == 0);
        if constexpr (std::same_as<TestType, float>) {
            Lanes<float, 4> lanes(z);
            lanes.set(1, -z);
            lanes.set(2, 0.5f);
            auto const of_lanes = GELU::at(lanes);
            REQUIRE(of_lanes.value[0] == z);
            REQUIRE(of_lanes.derivative[0] == 1);
            REQUIRE(of_lanes.derivative[1] == 0);
            REQUIRE(of_lanes.value[2] == Approx(GELU::at(0.5f).value).epsilon(1e-6));
        }
    }
    REQUIRE(std::isnan(GELU::at(std::numeric_limits<TestType>::quiet_NaN()).value));
    REQUIRE(std::isnan(GELU::at(std::numeric_limits<TestType>::quiet_NaN()).derivative));
    auto const infinity = std::numeric_limits<TestType>::infinity();
    REQUIRE(GELU::at(infinity).value == infinity);
    REQUIRE(std::isnan(GELU::at(-infinity).value));  // 0 times infinity
    REQUIRE(std::isnan(GELU::at(infinity).derivative));
    REQUIRE(std::isnan(GELU::at(-infinity).derivative));
}

TEST_CASE("GELU of floats is off by few roundings of z, which is not small beside it where z is below 0") {
    for (int i = -20'000; i <= 20'000; ++i) {
        float const z = static_cast<float>(i) * 1e-3f;
        CAPTURE(z);
        auto const in_float = GELU::at(z);
        auto const in_double = GELU::at(static_cast<double>(z));
        double const bound = 4 * 0x1p-24 * (1 + std::abs(static_cast<double>(z)));
        REQUIRE(std::abs(static_cast<double>(in_float.value) - in_double.value) <= bound);
        REQUIRE(std::abs(static_cast<double>(in_float.derivative) - in_double.derivative) <= bound);
    }
    REQUIRE(GELU::at(-6.0f).value == 0);
    REQUIRE(GELU::at(-6.0).value == Approx(-8.44e-11).epsilon(1e-3));
}

TEMPLATE_TEST_CASE("a polynomial has its limits at infinity, and so has its derivative", "", float, double) {
    auto const infinity = std::numeric_limits<TestType>::infinity();
    for (TestType const z : {infinity, -infinity}) {
        REQUIRE(Identity::at(z).value == z);
        REQUIRE(Identity::at(z).derivative == 1);
        REQUIRE(PolynomialActivation<0, 1, 0>::at(z).value == z);
        REQUIRE(PolynomialActivation<0, 1, 0>::at(z).derivative == 1);
        REQUIRE(PolynomialActivation<5, 0>::at(z).value == 5);
        REQUIRE(PolynomialActivation<5, 0>::at(z).derivative == 0);
        REQUIRE(PolynomialActivation<4, 0, -3>::at(z).value == -infinity);
        REQUIRE(PolynomialActivation<4, 0, -3>::at(z).derivative == -z);
        REQUIRE(PolynomialActivation<1, -2, 0, 5>::at(z).value == z);
        REQUIRE(PolynomialActivation<1, -2, 0, 5>::at(z).derivative == infinity);
    }
    Lanes<TestType, 4> lanes(infinity);
    lanes.set(1, -3);
    REQUIRE(Identity::at(lanes).derivative == Lanes<TestType, 4>(1));
    REQUIRE(Identity::at(lanes).value == lanes);
    // Of a zero with a sign as before: -0 + 0 is 0.
    REQUIRE_FALSE(std::signbit(Identity::at(TestType(-0.0)).value));
    REQUIRE_FALSE(std::signbit(PolynomialActivation<0, 0, 1>::at(TestType(-0.0)).derivative));
}

TEST_CASE("ReLU has the derivative 0 at 0, and its lanes choose each for itself") {
    REQUIRE(ReLU::at(0.0f).value == 0);
    REQUIRE(ReLU::at(0.0f).derivative == 0);
    Lanes<float, 4> z(0);
    z.set(0, -3);
    z.set(1, 2);
    z.set(3, 5);
    auto const at = ReLU::at(z);
    float const values[] = {0, 2, 0, 5};
    float const derivatives[] = {0, 1, 0, 1};
    for (int lane = 0; lane < 4; ++lane) {
        REQUIRE(at.value[lane] == values[lane]);
        REQUIRE(at.derivative[lane] == derivatives[lane]);
    }
}

TEST_CASE("ReLU does not hide what is not a number, and its derivative by dual numbers is its own") {
    float const infinity = std::numeric_limits<float>::infinity();
    float const nan = std::numeric_limits<float>::quiet_NaN();
    Lanes<float, 4> z(0);
    z.set(0, nan);
    z.set(1, -infinity);
    z.set(2, infinity);
    auto const at = ReLU::at(z);
    REQUIRE(std::isnan(ReLU::at(nan).value));
    REQUIRE(std::isnan(at.value[0]));
    REQUIRE(ReLU::at(-infinity).value == 0);
    REQUIRE(at.value[1] == 0);
    REQUIRE(ReLU::at(infinity).value == infinity);
    REQUIRE(at.value[2] == infinity);
    for (float const x : {-2.0f, 3.0f}) {
        auto const dual = ReLU::at(Dual<float>(x, 5));
        REQUIRE(dual.value.value == ReLU::at(x).value);
        REQUIRE(dual.value.derivative == 5 * ReLU::at(x).derivative);
        REQUIRE(dual.derivative.value == ReLU::at(x).derivative);
        REQUIRE(dual.derivative.derivative == 0);
        REQUIRE(ReLU::at(Dual<Lanes<float, 4>>(x, 5)).value.derivative[3] == 5 * ReLU::at(x).derivative);
    }
}

TEST_CASE("functions that run are the C++ library's, and the derivatives are theirs") {
    for (double const x : points) {
        CAPTURE(x);
        REQUIRE(value_of<Exponential>(x) == std::exp(x));
        REQUIRE(value_of<HyperbolicTangent>(x) == std::tanh(x));
        REQUIRE(std::abs(value_and_derivative<HyperbolicTangent>(x).derivative - std::pow(std::cosh(x), -2)) <= 1e-15);
        if (x > 0) {
            REQUIRE(value_of<ReciprocalRoot>(x) == 1 / std::sqrt(x));
            REQUIRE(value_and_derivative<ReciprocalRoot>(x).derivative ==
                    Approx(-0.5 * std::pow(x, -1.5)).epsilon(1e-14));
        }
        REQUIRE(value_and_derivative<Exponential>(x).derivative == std::exp(x));
        // Along a dual number: value and derivative of the same.
        Dual<double> const dual(x, 3);
        REQUIRE(value_of<Exponential>(dual).derivative == std::exp(x) * 3);
    }
}

TEST_CASE("the derivative of 1/sqrt x is finite where the cube of 1/sqrt x is not") {
    auto const at = value_and_derivative<ReciprocalRoot>(0x1p-86f);  // 2^43, and -2^129 / 2
    REQUIRE(at.value == 0x1p43f);
    REQUIRE(std::isinf(at.value * at.value * at.value));
    REQUIRE(value_and_derivative<ReciprocalRoot>(1.5625e-26f).derivative == Approx(-0.5 * std::pow(1.5625e-26, -1.5)));
}

TEST_CASE("a function with a pole at 0 is not asked there in exact numbers") {
    REQUIRE_THROWS_AS(value_of<ReciprocalRoot>(Modular(0)), std::domain_error);
    REQUIRE_THROWS_AS(value_of<ReciprocalRoot>(Modular(3) - Modular(3)), std::domain_error);
    REQUIRE_THROWS_AS(value_of<ReciprocalRoot>(Rational(0)), std::domain_error);
    REQUIRE_THROWS_AS(value_of<ReciprocalRoot>(Dual<Modular>(Modular(0), Modular(1))), std::domain_error);
    REQUIRE_THROWS_AS(value_and_derivative<ReciprocalRoot>(Modular(0)), std::domain_error);
    REQUIRE_NOTHROW(value_of<ReciprocalRoot>(Rational(1)));
    REQUIRE_NOTHROW(value_of<Exponential>(Modular(0)));
}

/// Made from int and from double: a long double is neither.
struct FromIntAndDouble {
    double value = 0;
    constexpr FromIntAndDouble(int number) : value(number) {}
    constexpr explicit FromIntAndDouble(double number) : value(number) {}
};

TEST_CASE("sqrt(2 / pi) is a number of a kind that is made from int or double") {
    REQUIRE(constant_of<GELU::RootOfTwoOverPi, FromIntAndDouble>().value == 0.79788456080286535588);
}

TEST_CASE("sqrt(2 / pi) is rounded once, in long double too") {
    auto const root = [](auto number) { return constant_of<GELU::RootOfTwoOverPi, decltype(number)>(); };
    constexpr long double two_over_pi = 0.636619772367581343075535053490057448L;
    REQUIRE(root(0.0L) == Approx(static_cast<double>(std::sqrt(two_over_pi))));
    REQUIRE(std::abs(root(0.0L) - std::sqrt(two_over_pi)) <= std::numeric_limits<long double>::epsilon());
    REQUIRE(root(0.0) == static_cast<double>(std::sqrt(two_over_pi)));
    REQUIRE(root(0.0f) == static_cast<float>(std::sqrt(two_over_pi)));
}

}  // namespace
