// SPDX-License-Identifier: MIT
// half, ratio<3, 4> and 0.75_exact mean the same number in every family.
#include <cmath>
#include <cstdint>
#include <functional>
#include <tuple>
#include <type_traits>

#include "catch.hpp"
#include "support/families.hpp"

namespace {

using namespace incontext;
using trusted::same;

using Numbers = std::tuple<Modular, Rational, Dual<Modular>, Dual<Rational>, float, double, Dual<double>,
                           Lanes<float, 4>, Lanes<float, 16>, Lanes<double, 2>, Polynomial>;

TEMPLATE_LIST_TEST_CASE("twice a half is one, four times three quarters is three", "", Numbers) {
    REQUIRE(same(TestType(2) * TestType(half), TestType(1)));
    REQUIRE(same(TestType(4) * TestType(ratio<3, 4>), TestType(3)));
    REQUIRE(same(TestType(8) * TestType(-0.375_exact), TestType(-3)));
    REQUIRE_FALSE(same(TestType(half), TestType(0)));
    REQUIRE_FALSE(same(TestType(half), TestType(1)));
}

TEMPLATE_LIST_TEST_CASE("a constant is added, subtracted, multiplied and divided on either side", "", Numbers) {
    TestType const number(12);
    REQUIRE(same(half + number, TestType(25) / TestType(2)));
    REQUIRE(same(number + half, TestType(25) / TestType(2)));
    REQUIRE(same(half - number, TestType(-23) / TestType(2)));
    REQUIRE(same(number - half, TestType(23) / TestType(2)));
    REQUIRE(same(half * number, TestType(6)));
    REQUIRE(same(number * ratio<3, 4>, TestType(9)));
    REQUIRE(same(number / ratio<3, 4>, TestType(16)));
    REQUIRE(same(ratio<3> / TestType(2), TestType(3) / TestType(2)));
    REQUIRE(
        same(0.75_exact * number - 2_exact, TestType(7)));  // clang++ 14 must find the literal's function in a template
}

TEMPLATE_LIST_TEST_CASE("a number is changed by a constant in place", "", Numbers) {
    TestType number(12);
    REQUIRE(&(number *= half) == &number);
    REQUIRE(same(number, TestType(6)));
    number += ratio<3, 4>;
    REQUIRE(same(number, TestType(27) / TestType(4)));
    number -= 0.25_exact;
    REQUIRE(same(number, TestType(13) / TestType(2)));
    number /= ratio<13, 4>;
    REQUIRE(same(number, TestType(2)));
    number -= 0_exact;
    REQUIRE(same(number, TestType(2)));
    if constexpr (!std::is_same_v<TestType, Polynomial>) {  // whose entries nobody looks at
        auto matrix = generate<TestType, 2, 1>([](int row, int) { return TestType(row + 1); });
        matrix(1, 0) *= half;
        REQUIRE(same(matrix(1, 0), TestType(1)));
        REQUIRE(same(matrix(0, 0), TestType(1)));
    }
}

TEST_CASE("a constant that floating point does not hold is the nearest number there") {
    REQUIRE(float(0.1_exact) == 0.1f);
    REQUIRE(double(0.1_exact) == 0.1);
    REQUIRE(double(ratio<1, 3>) == 1.0 / 3);
    REQUIRE(Lanes<float, 4>(0.1_exact)[3] == 0.1f);
    REQUIRE(Rational(0.1_exact).denominator() == 10);
    REQUIRE(Modular(0.1_exact) * Modular(10) == Modular(1));
}

TEST_CASE("a constant times a matrix of floats is a matrix, not an expression") {
    Matrix<float, 2, 3> const A = Matrix<float, 2, 3>::Constant(6.0f);
    auto const product = ratio<2, 3> * (A + A);
    static_assert(std::is_same_v<decltype(product), Matrix<float, 2, 3> const>);
    REQUIRE((product.array() == float(ratio<2, 3>) * 12.0f).all());
}

TEST_CASE("lanes of integers become the constants that they hold") {
    REQUIRE(Lanes<std::int32_t, 8>(2147483647_exact)[7] == 2147483647);
    REQUIRE(Lanes<std::int32_t, 8>(-2147483648_exact)[0] == -2147483647 - 1);
    REQUIRE(Lanes<std::uint32_t, 8>(4294967295_exact)[3] == 4294967295u);
    REQUIRE(Lanes<std::int8_t, 16>(-128_exact)[15] == -128);
    REQUIRE(Lanes<std::int64_t, 4>(5000000000_exact)[2] == 5000000000);
    REQUIRE((Lanes<std::int64_t, 4>(1) - 5000000000_exact)[1] == -4999999999);
    STATIC_REQUIRE(constants::is_held<std::int32_t, 2147483647> && !constants::is_held<std::int32_t, 2147483648>);
    STATIC_REQUIRE(!constants::is_held<std::int32_t, 5000000000> && !constants::is_held<std::int8_t, 128>);
    STATIC_REQUIRE(!constants::is_held<std::uint32_t, -1> && !constants::is_held<std::uint64_t, -1>);
}

TEST_CASE("lanes of integers take integers only") {
    static_assert(std::is_constructible_v<Lanes<unsigned, 4>, int>);
    static_assert(!std::is_constructible_v<Lanes<unsigned, 4>, double>);
    static_assert(std::is_constructible_v<Lanes<float, 4>, double>);
    // A fraction would be cut to an integer.
    static_assert(!std::is_constructible_v<Lanes<int, 4>, Ratio<1, 2>>);
    static_assert(!std::is_invocable_v<std::multiplies<>, Lanes<int, 4>, Ratio<1, 2>>);
    static_assert(!std::is_invocable_v<std::plus<>, Lanes<unsigned, 4>, Ratio<3, 4>>);
    REQUIRE((Lanes<int, 4>(6) * 2_exact)[3] == 12);
    REQUIRE(Lanes<int, 4>(-5'000_exact)[0] == -5000);
}

/// Made from int, and from a double by rounding, as a class that stands for half precision is.
struct FromIntAndDouble {
    double value = 0;
    constexpr FromIntAndDouble(int number) : value(number) {}
    constexpr explicit FromIntAndDouble(double number) : value(number) {}
    friend constexpr FromIntAndDouble operator/(FromIntAndDouble a, FromIntAndDouble b) {
        return FromIntAndDouble(a.value / b.value);
    }
    friend constexpr FromIntAndDouble operator*(FromIntAndDouble a, FromIntAndDouble b) {
        return FromIntAndDouble(a.value * b.value);
    }
};

TEST_CASE("a constant becomes a number of one's own, which is made from int") {
    REQUIRE(FromIntAndDouble(half).value == 0.5);
    REQUIRE((FromIntAndDouble(6) * ratio<-3, 4>).value == -4.5);
}

}  // namespace
