// SPDX-License-Identifier: MIT
// The exact numbers against plain integer arithmetic, and dual numbers against derivatives worked by hand.
// What every number owes, whatever its family, is in tests/laws/numbers.cpp.
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "incontext/number/counted.hpp"
#include "incontext/number/error_bound.hpp"
#include "incontext/number/series.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;

constexpr std::uint64_t p = (std::uint64_t{1} << 61) - 1;
__extension__ using Wide = __int128;

/// Residues from everywhere in the field, its edges included.
std::vector<std::uint64_t> residues() {
    std::vector<std::uint64_t> all{0, 1, 2, 3, p - 1, p - 2, p / 2, p / 2 + 1, std::uint64_t{1} << 60};
    std::uint64_t state = 1;
    for (int i = 0; i < 20; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        all.push_back(state % p);
    }
    return all;
}

Modular modular(std::uint64_t residue) {
    return Modular(static_cast<long long>(residue));
}

/// The least non-negative remainder, by 128-bit division.
std::uint64_t remainder(Wide value) {
    Wide const r = value % static_cast<Wide>(p);
    return static_cast<std::uint64_t>(r < 0 ? r + static_cast<Wide>(p) : r);
}

TEST_CASE("a modular number keeps the residue it was made from") {
    REQUIRE(Modular::modulus == p);
    for (std::uint64_t const a : residues()) {
        REQUIRE(modular(a).residue() == a);
    }
    REQUIRE(Modular().residue() == 0);
}

TEST_CASE("an integer of either sign becomes its least non-negative remainder") {
    using Limits = std::numeric_limits<long long>;
    auto const P = static_cast<long long>(p);
    for (long long const integer : {0LL, 1LL, -1LL, 7LL, -7LL, P, -P, P + 1, -P - 1, P - 1, 1 - P, 2 * P, -2 * P,
                                    3 * P + 5, -3 * P - 5, Limits::max(), Limits::min(), Limits::min() + 1}) {
        CAPTURE(integer);
        REQUIRE(Modular(integer).residue() == remainder(integer));
    }
}

/// What an exact number has in common: it is made from integers of every type, and of no other type.
template <class Number>
inline constexpr bool is_made_from_every_integer_type =
    std::is_constructible_v<Number, bool>&& std::is_constructible_v<Number, char>&&
        std::is_constructible_v<Number, short>&& std::is_constructible_v<Number, unsigned>&&
            std::is_constructible_v<Number, long>&& std::is_constructible_v<Number, unsigned long long> &&
    !std::is_constructible_v<Number, char const*> && !std::is_constructible_v<Number, std::nullptr_t>;
static_assert(is_made_from_every_integer_type<Modular> && is_made_from_every_integer_type<Rational> &&
              is_made_from_every_integer_type<Polynomial> && is_made_from_every_integer_type<Degree> &&
              is_made_from_every_integer_type<Dual<Modular>> && is_made_from_every_integer_type<Counted>);

TEST_CASE("an unsigned integer of 64 bits keeps its value, or is refused") {
    constexpr auto largest = std::numeric_limits<unsigned long long>::max();
    REQUIRE(Modular(largest).residue() == remainder(static_cast<Wide>(largest)));
    REQUIRE(Modular(1ULL << 63).residue() == remainder(static_cast<Wide>(1ULL << 63)));
    REQUIRE_THROWS_AS(Rational(largest), std::overflow_error);
    REQUIRE_THROWS_AS(Polynomial(largest), std::overflow_error);
    REQUIRE_THROWS_AS(Rational(1, largest), std::overflow_error);
    REQUIRE_THROWS_AS(Rational(std::numeric_limits<long long>::min()), std::overflow_error);
    REQUIRE(Rational(1ULL << 62).numerator() == 1LL << 62);
    // A multiple of 2^32 was the int 0.
    REQUIRE(trusted::same(Polynomial(1LL << 32) - Polynomial(1), Polynomial((1LL << 32) - 1)));
    REQUIRE(Dual<Modular>(1LL << 32).value == Modular(1LL << 32));
    REQUIRE_FALSE(Degree(1LL << 31).is_zero(trusted::Key{}));
    REQUIRE_FALSE(Degree(-(1LL << 31)).is_zero(trusted::Key{}));
    REQUIRE(Degree(0ULL).is_zero(trusted::Key{}));
    // The modulus is 0 as a Modular number, and 2^60 is one half: no degree speaks for them.
    REQUIRE_THROWS_AS(Degree((1LL << 31) + 1), std::overflow_error);
    REQUIRE_THROWS_AS(Degree(-(1LL << 31) - 1), std::overflow_error);
    REQUIRE(Modular(1LL << 60) * Modular(2) == Modular(1));
    REQUIRE_THROWS_AS(Degree(Modular::modulus), std::overflow_error);
    REQUIRE_THROWS_AS(Degree(-static_cast<long long>(Modular::modulus)), std::overflow_error);
}

TEST_CASE("numbers that run have the limits of their lanes, values and bounds") {
    REQUIRE(std::numeric_limits<ErrorBound<float>>::epsilon() == std::numeric_limits<float>::epsilon());
    REQUIRE(std::numeric_limits<Dual<double>>::epsilon() == std::numeric_limits<double>::epsilon());
    REQUIRE(std::numeric_limits<Lanes<float, 4>>::max() == std::numeric_limits<float>::max());
}

TEST_CASE("sum, difference, negative and product are those of integers modulo 2^61 - 1") {
    for (std::uint64_t const a : residues()) {
        REQUIRE((-modular(a)).residue() == remainder(-static_cast<Wide>(a)));
        for (std::uint64_t const b : residues()) {
            CAPTURE(a, b);
            REQUIRE((modular(a) + modular(b)).residue() == remainder(static_cast<Wide>(a) + b));
            REQUIRE((modular(a) - modular(b)).residue() == remainder(static_cast<Wide>(a) - static_cast<Wide>(b)));
            REQUIRE((modular(a) * modular(b)).residue() == remainder(static_cast<Wide>(a) * b));
        }
    }
}

TEST_CASE("every residue but zero divides, and division undoes the product") {
    for (std::uint64_t const a : residues()) {
        for (std::uint64_t const b : residues()) {
            if (b == 0) {
                continue;
            }
            CAPTURE(a, b);
            Modular const quotient = modular(a) / modular(b);
            REQUIRE(quotient.residue() < p);
            REQUIRE(remainder(static_cast<Wide>(quotient.residue()) * b) == a);
        }
        REQUIRE_THROWS_AS(modular(a) / Modular(0), std::domain_error);
    }
}

TEST_CASE("a fraction is kept in lowest terms with a positive denominator") {
    for (long long n = -12; n <= 12; ++n) {
        for (long long d = -12; d <= 12; ++d) {
            if (d == 0) {
                continue;
            }
            CAPTURE(n, d);
            Rational const fraction(n, d);
            REQUIRE(fraction.denominator() > 0);
            REQUIRE(std::gcd(fraction.numerator(), fraction.denominator()) == 1);
            REQUIRE(fraction.numerator() * d == n * fraction.denominator());
        }
    }
}

TEST_CASE("fractions add, subtract, multiply and divide by the school's rules") {
    for (int i = 0; i < 400; ++i) {
        auto const entry = static_cast<unsigned>(i);
        long long const a = test::whole(1, entry, 0, 50);
        long long const b = 1 + i % 17;
        long long const c = test::whole(2, entry, 0, 50);
        long long const d = 1 + i % 23;
        CAPTURE(a, b, c, d);
        auto const is = [](Rational const& result, long long numerator, long long denominator) {
            return result.numerator() * denominator == numerator * result.denominator();
        };
        REQUIRE(is(Rational(a, b) + Rational(c, d), a * d + c * b, b * d));
        REQUIRE(is(Rational(a, b) - Rational(c, d), a * d - c * b, b * d));
        REQUIRE(is(Rational(a, b) * Rational(c, d), a * c, b * d));
        REQUIRE(is(-Rational(a, b), -a, b));
        if (c != 0) {
            REQUIRE(is(Rational(a, b) / Rational(c, d), a * d, b * c));
        }
    }
}

TEST_CASE("a fraction that does not fit is refused, and the largest that fits is not") {
    Rational const largest(1LL << 62);
    REQUIRE((largest + Rational(0)).numerator() == 1LL << 62);
    REQUIRE((largest - Rational(1)).numerator() == (1LL << 62) - 1);
    REQUIRE((Rational(1) / largest).denominator() == 1LL << 62);
    REQUIRE((Rational(1LL << 31) * Rational(1LL << 31)).numerator() == 1LL << 62);  // 128 bits in between
    REQUIRE((largest / Rational(3) * Rational(3)).numerator() == 1LL << 62);

    REQUIRE_THROWS_AS(largest + Rational(1), std::overflow_error);
    REQUIRE_THROWS_AS(-largest - Rational(1), std::overflow_error);
    REQUIRE_THROWS_AS(largest * Rational(2), std::overflow_error);
    REQUIRE_THROWS_AS(Rational(1) / largest / Rational(2), std::overflow_error);
    REQUIRE_THROWS_AS(Rational(1, (1LL << 61) - 1) + Rational(1, 3), std::overflow_error);
}

TEST_CASE("a denominator of zero is refused") {
    REQUIRE_THROWS_AS(Rational(1, 0), std::domain_error);
    REQUIRE_THROWS_AS(Rational(0, 0), std::domain_error);
    REQUIRE_THROWS_AS(Rational(1) / Rational(0), std::domain_error);
}

TEST_CASE("a fraction converts to the nearest double but for three roundings") {
    // Two conversions and a division, each within 2^-53: together below 2^-51 relative. The long double quotient
    // is at least as good as a double with one rounding, which the slack between 3 * 2^-53 and 2^-51 covers.
    for (Rational const fraction : {Rational(1, 3), Rational(-22, 7), Rational(245, 1188), Rational(1, (1LL << 61) - 1),
                                    Rational((1LL << 61) - 1, (1LL << 60) + 1)}) {
        long double const exact =
            static_cast<long double>(fraction.numerator()) / static_cast<long double>(fraction.denominator());
        long double const error = static_cast<long double>(static_cast<double>(fraction)) - exact;
        REQUIRE(static_cast<double>(error < 0 ? -error : error) <=
                0x1p-51 * static_cast<double>(exact < 0 ? -exact : exact));
    }
}

// f(x) = (x^2 - 3) / (2 x + 5), f'(x) = (2x (2x + 5) - 2 (x^2 - 3)) / (2x + 5)^2, worked by hand.
using EveryFamily = std::tuple<Modular, Rational, Dual<Modular>, Dual<Rational>, Dual<Dual<Modular>>, Polynomial,
                               PowerSeries<Modular, 3>, float, double, Dual<double>, Lanes<float, 4>, Lanes<double, 2>>;

TEMPLATE_LIST_TEST_CASE("a number counts by one, before or after it is read", "", EveryFamily) {
    using trusted::same;
    TestType number = TestType(7) / TestType(2);
    TestType const two(2);
    REQUIRE(same(+number, TestType(7) / two));
    REQUIRE(same(number++, TestType(7) / two));
    REQUIRE(same(number, TestType(9) / two));
    REQUIRE(same(++number, TestType(11) / two));
    REQUIRE(same(++ ++number, TestType(15) / two));
    REQUIRE(same(number--, TestType(15) / two));
    REQUIRE(same(--number, TestType(11) / two));
    static_assert(std::same_as<decltype(++number), TestType&> && std::same_as<decltype(number--), TestType>);
    static_assert(std::same_as<decltype(+number), TestType>);
}

TEST_CASE("numbers that count by one are no larger, and tell of it as of a sum") {
    static_assert(sizeof(Modular) == 8 && sizeof(Rational) == 16 && sizeof(Degree) == 32);
    static_assert(sizeof(Dual<float>) == 8 && sizeof(Dual<Dual<Modular>>) == 32 && sizeof(Lanes<float, 4>) == 16);
    static_assert(std::is_trivially_copyable_v<Dual<float>> && trusted::begins_unwritten<Degree>);
    static_assert(!trusted::begins_unwritten<Modular>);

    Dual<double> along(3, 5);
    REQUIRE(++along == Dual<double>(4, 5));
    Degree degree = Degree::unknown() * Degree::unknown();
    REQUIRE((++degree).numerator() == 2);
    auto bound = ErrorBound<float>::of(0x1p30);
    REQUIRE((--bound).value() == 0x1p30 - 1);
    REQUIRE(bound.error() > 0);
    Operations tally;
    Counted counted(tally);
    static_cast<void>(+counted);
    REQUIRE(tally.additions == 0);
    ++counted;
    counted--;
    REQUIRE((counted.is_counted() && tally.additions == 2));
}

TEST_CASE("a dual number carries the derivative of sums, products and quotients") {
    for (int x = -2; x <= 5; ++x) {
        CAPTURE(x);
        Dual<Rational> const at(Rational(x), Rational(1));
        auto const f = (at * at - Dual<Rational>(3)) / (Dual<Rational>(2) * at + Dual<Rational>(5));
        REQUIRE(f.value == Rational(x * x - 3, 2 * x + 5));
        REQUIRE(f.derivative == Rational(2 * x * (2 * x + 5) - 2 * (x * x - 3), (2 * x + 5) * (2 * x + 5)));
    }
}

// g(x, y) = x^2 y - y along (u, v) has the derivative 2 x y u + (x^2 - 1) v.
TEST_CASE("a dual number carries the derivative along a direction, the factor of the direction included") {
    Dual<Modular> const x(7, 11);
    Dual<Modular> const y(-5, 13);
    Dual<Modular> const g = x * x * y - y;
    REQUIRE(g.value == Modular(7 * 7 * -5 + 5));
    REQUIRE(g.derivative == Modular(2 * 7 * -5 * 11 + (7 * 7 - 1) * 13));
    REQUIRE((-g).derivative == Modular(-(2 * 7 * -5 * 11 + (7 * 7 - 1) * 13)));
    REQUIRE(Dual<Modular>(9).derivative == Modular(0));
}

TEST_CASE("one over the context is the inverse of its length, as a fraction, a residue and a letter") {
    REQUIRE(one_over_context<Rational>(7) == Rational(1, 7));
    REQUIRE(one_over_context<Modular>(7) * Modular(7) == Modular(1));
    REQUIRE(one_over_context<Dual<Modular>>(7) == Dual<Modular>(Modular(1) / Modular(7), Modular(0)));
    REQUIRE(one_over_context<double>(8) == 0.125);
    REQUIRE((one_over_context<Lanes<float, 4>>(8) == Lanes<float, 4>(0.125f)));
    REQUIRE(trusted::same(one_over_context<Polynomial>(1), Polynomial(Letter("1/N"))));
    REQUIRE_THROWS_AS(one_over_context<Polynomial>(7), std::logic_error);
}

}  // namespace
