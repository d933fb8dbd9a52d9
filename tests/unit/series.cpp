// SPDX-License-Identifier: MIT
// Power series: their quotients and exponentials by what defines them. The ring laws are in tests/laws/numbers.cpp.
#include <stdexcept>

#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using Exact =
    std::tuple<PowerSeries<Rational, 1>, PowerSeries<Rational, 4>, PowerSeries<Modular, 2>, PowerSeries<Modular, 6>>;

template <class S>
S without_constant(S const& series) {
    return series - S(series.coefficient(0));
}

TEMPLATE_LIST_TEST_CASE("a quotient of series times its divisor is the dividend", "", Exact) {
    for (unsigned i = 0; i < 4; ++i) {
        auto const a = test::drawn<TestType>(1, i, 5);
        auto const b = without_constant(test::drawn<TestType>(2, i, 5)) + TestType(3);
        REQUIRE(a / b * b == a);
        REQUIRE(TestType(1) / b * a == a / b);
    }
}

TEMPLATE_LIST_TEST_CASE("the exponential turns sums into products, and 0 into 1", "", Exact) {
    REQUIRE(exp(TestType(0)) == TestType(1));
    for (unsigned i = 0; i < 4; ++i) {
        auto const x = without_constant(test::drawn<TestType>(1, i, 5));
        auto const y = without_constant(test::drawn<TestType>(2, i, 5));
        REQUIRE(exp(x + y) == exp(x) * exp(y));
        REQUIRE(exp(-x) * exp(x) == TestType(1));
    }
}

TEST_CASE("the exponential of s has the coefficients 1/n!, and 1/(1 - s) all ones") {
    using S = PowerSeries<Rational, 6>;
    S const e = exp(S::variable());
    S const geometric = S(1) / (S(1) - S::variable());
    long long factorial = 1;
    for (int n = 0; n < 6; ++n) {
        factorial *= n > 0 ? n : 1;
        REQUIRE(e.coefficient(n) == Rational(1, factorial));
        REQUIRE(geometric.coefficient(n) == Rational(1));
    }
    S const s = S::variable();
    REQUIRE(exp(s * s) == S(1) + s * s + half * (s * s * s * s));
    REQUIRE(exp(s + s * s).coefficient(3) == Rational(7, 6));  // 1/6 + 1
}

/// The integers modulo 10007, as anybody would write them: with + - * / and ==, and no more.
struct Field {
    int residue = 1;  // what {} makes is not 0
    constexpr Field() = default;
    constexpr Field(int number) : residue((number % 10007 + 10007) % 10007) {}
    friend constexpr Field operator+(Field a, Field b) { return {a.residue + b.residue}; }
    friend constexpr Field operator-(Field a, Field b) { return {a.residue - b.residue}; }
    friend constexpr Field operator-(Field a) { return {-a.residue}; }
    friend constexpr Field operator*(Field a, Field b) { return {a.residue * b.residue % 10007}; }
    friend constexpr Field operator/(Field a, Field b) {
        Field quotient(0);
        while (!(quotient * b == a)) {
            quotient = quotient + Field(1);
        }
        return quotient;
    }
    friend constexpr bool operator==(Field, Field) = default;
};

TEST_CASE("a series has coefficients of a field of one's own") {
    using S = PowerSeries<Field, 3>;
    S const s = S::variable();
    REQUIRE(s.coefficient(0) == Field(0));
    S const e = exp(s + s * s);  // 1 + s + 3/2 s^2
    REQUIRE(e.coefficient(0) == Field(1));
    REQUIRE(e.coefficient(1) == Field(1));
    REQUIRE(e.coefficient(2) * Field(2) == Field(3));
    REQUIRE_THROWS_AS(exp(S(1) + s), std::domain_error);
}

TEST_CASE("the exponential of a series of dual numbers has the derivative of its coefficients") {
    using D = Dual<Rational>;
    using S = PowerSeries<D, 4>;
    S const a = S(D(3, 2)) * S::variable() + S(D(Rational(1, 2), 5)) * S::variable() * S::variable();
    REQUIRE(trusted::is_zero(a.coefficient(0)));
    S const e = exp(a);
    // e_1 = a_1, e_2 = a_2 + a_1^2 / 2, e_3 = a_1 a_2 + a_1^3 / 6.
    REQUIRE(e.coefficient(0) == D(1));
    REQUIRE(e.coefficient(1) == D(3, 2));
    REQUIRE(e.coefficient(2) == D(5, 11));
    REQUIRE(e.coefficient(3) == D(6, 25));
    // What is 0 and moves is not zero: it is no constant term of an exponential, and no factor that is left out.
    D const moves(0, 1);
    REQUIRE_FALSE(trusted::is_zero(moves));
    REQUIRE_FALSE(trusted::is_zero(D(1, 0)));
    REQUIRE_FALSE(trusted::is_zero(Dual<double>(0, 0)));
    REQUIRE_THROWS_AS(exp(a + S(moves)), std::domain_error);
    REQUIRE((S(moves) * a).coefficient(1) == D(0, 3));
    REQUIRE((a * S(moves)).coefficient(1) == D(0, 3));
}

TEST_CASE("s^K is zero, and s^(K-1) is not") {
    using S = PowerSeries<Rational, 3>;
    S const s = S::variable();
    REQUIRE(s * s * s == S(0));
    REQUIRE_FALSE(s * s == S(0));
    REQUIRE(s * s == s.times_variable());
    REQUIRE(s.coefficient(0) == Rational(0));
    REQUIRE(s.coefficient(1) == Rational(1));
    REQUIRE(PowerSeries<Rational, 1>::variable() == PowerSeries<Rational, 1>(0));
    REQUIRE(trusted::is_zero(s * s * s));
    REQUIRE_FALSE(trusted::is_zero(s * s));
}

TEST_CASE("two terms are a dual number") {
    using S = PowerSeries<Rational, 2>;
    Dual<Rational> const a(3, 2);
    Dual<Rational> const b(5, 7);
    S const s = S::variable();
    S const x = S(3) + S(2) * s;
    S const y = S(5) + S(7) * s;
    for (auto const& [dual, series] : {std::pair(a * b, x * y), std::pair(a / b, x / y), std::pair(a - b, x - y)}) {
        REQUIRE(series == S(dual.value) + S(dual.derivative) * s);
    }
}

TEST_CASE("exact constants are series, too") {
    using S = PowerSeries<Rational, 3>;
    S const s = S::variable();
    REQUIRE(S(half) == S(Rational(1, 2)));
    REQUIRE(half * s + half * s == s);
    REQUIRE(s * ratio<3, 4> == S(Rational(3, 4)) * s);
    REQUIRE(one_over_context<S>(7) * S(7) == S(1));
}

TEST_CASE("what has no value is refused") {
    using S = PowerSeries<Rational, 3>;
    REQUIRE_THROWS_AS(exp(S(1)), std::domain_error);
    REQUIRE_THROWS_AS(exp(S(1) + S::variable()), std::domain_error);
    REQUIRE_THROWS_AS(S(1) / S::variable(), std::domain_error);
}

}  // namespace
