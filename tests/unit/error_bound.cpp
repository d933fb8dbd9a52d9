// SPDX-License-Identifier: MIT
// How far rounding can carry a result: the bound on expressions worked by hand, and against exact numbers on drawn ones.
#include "incontext/number/error_bound.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "../../examples/tools/conformance/format.hpp"
#include "catch.hpp"
#include "incontext/number/activation.hpp"
#include "incontext/number/constant.hpp"
#include "support/drawn.hpp"
#include "support/largest.hpp"

namespace {

using incontext::ErrorBound;
using Bound = ErrorBound<float>;

constexpr double u = 0x1p-24;
constexpr double slack = 1 + 0x1p-18;  // what the bound leaves for its own rounding, and second-order terms

/// The bound is at least `least`, and hardly more.
void require_bound(Bound const& bound, double least) {
    CAPTURE(bound.value(), bound.error(), least);
    REQUIRE(bound.error() >= least);
    REQUIRE(bound.error() <= least * slack + 1e-44);
}

TEST_CASE("inputs and the constants that floats hold are exact; others have one rounding") {
    REQUIRE(Bound::of(-3).value() == -3);
    REQUIRE(Bound::of(0.1).error() == 0);
    REQUIRE(Bound(7).error() == 0);
    REQUIRE(Bound(1 << 24).error() == 0);
    REQUIRE(Bound(0.5).error() == 0);
    REQUIRE(Bound(0.5).value() == 0.5);
    REQUIRE(ErrorBound<double>(1 << 25).error() == 0);
    require_bound(Bound((1 << 24) + 1), u * 0x1p24);
    require_bound(Bound(0.1), u * 0.1);
    require_bound(Bound(incontext::ratio<1, 10>), u * 0.1);
    require_bound(incontext::one_over_context<Bound>(7), u / 7);
    require_bound(incontext::one_over_context<Bound>((1 << 24) + 1),
                  2 * u * 0x1p-24);  // a float does not hold N, either
}

TEST_CASE("an integer that a format does not hold is not exact, however it is rounded on the way") {
    constexpr long long beyond = (1LL << 53) + 1;  // double(beyond) is 2^53
    using Double = ErrorBound<double>;
    REQUIRE(Double(1LL << 53).error() == 0);
    REQUIRE(Double(-(1LL << 53)).error() == 0);
    REQUIRE(Double(beyond).error() >= 1);
    REQUIRE(Double(-beyond).error() >= 1);
    REQUIRE(Double(static_cast<unsigned long long>(beyond)).error() >= 1);
    REQUIRE(Double(std::numeric_limits<long long>::max()).error() >= 1);
    REQUIRE(Double(std::numeric_limits<unsigned long long>::max()).error() >= 1);
    REQUIRE(Bound(-(1 << 24)).error() == 0);
    require_bound(Bound(-(1 << 24) - 1), u * 0x1p24);
    if constexpr (std::numeric_limits<long double>::digits >= 64) {
        using Long = ErrorBound<long double>;
        REQUIRE(Long(std::numeric_limits<unsigned long long>::max()).error() == 0);
        REQUIRE(Long(std::numeric_limits<long long>::min()).error() == 0);
        REQUIRE(ErrorBound<conformance::Half>(0.5L).error() == 0);
        REQUIRE(ErrorBound<conformance::Half>(0.5L + 0x1p-60L).error() >= 0x1p-60);  // 1/2 in double
    }
}

TEST_CASE("a product rounds once and carries the errors of its factors") {
    Bound const a = Bound::of(-3);
    Bound const b = Bound::of(5);
    require_bound(a * b, u * 15);
    require_bound(a * b * b, 2 * u * 75);
    require_bound(a * b * (a * b), 3 * u * 225);
    REQUIRE((a * Bound(0)).error() == 0);
    REQUIRE((a * Bound(0)).value() == 0);
    REQUIRE((a * b).value() == -15);
}

TEST_CASE("a sum of n terms has n - 1 additions for each of them, in whatever order") {
    Bound const a = Bound::of(3);
    Bound const b = Bound::of(-5);
    require_bound(a + b, u * 8);  // of |a| + |b|, not of the sum
    require_bound(a - b, u * 8);
    require_bound((a + b) + (a + b), 3 * u * 16);
    require_bound(a + b + a + b, 3 * u * 16);
    REQUIRE((a + Bound(0)).error() == 0);  // adding zero does not round
    require_bound(a * b + a, u * 15 + u * 18);
    require_bound((a + b) * a, u * 8 * 3 + u * 6);  // the value is small, its error is that of the terms
    Bound sum = a;
    sum += b;
    sum -= b;
    REQUIRE(sum.value() == 3);
    require_bound(sum, 2 * u * 13);
}

TEST_CASE("a quotient is unknown where its divisor may be zero") {
    Bound const one = Bound::of(1);
    require_bound(one / Bound::of(-8), u / 8);
    require_bound(one / (Bound::of(2) * Bound::of(4)), u / 8 + u / 8);
    REQUIRE((Bound(0) / Bound::of(3)).error() == 0);
    REQUIRE(std::isinf((one / (Bound::of(0.1) - Bound::of(0.1))).error()));
    REQUIRE(std::isinf((one / Bound(0)).error()));
}

TEST_CASE("nothing is known beyond the range of the type, of too many terms, and of what is unknown") {
    Bound const large = Bound::of(1e30);
    REQUIRE(std::isinf((large * large).error()));
    REQUIRE(std::isfinite((ErrorBound<double>::of(1e30) * ErrorBound<double>::of(1e30)).error()));
    REQUIRE(std::isinf((large * large * Bound::of(1e-30)).error()));
    REQUIRE(std::isinf((large * large + Bound::of(1)).error()));
    REQUIRE(std::isinf(Bound::of(std::numeric_limits<double>::quiet_NaN()).error()));

    Bound doubling = Bound::of(1);  // 2^23 terms have 2^23 - 1 additions
    ErrorBound<double> in_double = ErrorBound<double>::of(1);
    for (int i = 0; i < 40; ++i) {
        doubling += doubling;
        in_double += in_double;
        REQUIRE(std::isinf(doubling.error()) == (i >= 23));
    }
    REQUIRE(std::isfinite(in_double.error()));
}

TEST_CASE("underflow is within the bound") {
    Bound const tiny = Bound::of(0x1p-100);
    REQUIRE((tiny * tiny).error() >= 0x1p-149);
    REQUIRE(Bound(9.1e-45).error() >=
            std::abs(9.1e-45 - static_cast<double>(9.1e-45f)));  // a constant below the normals
    REQUIRE(Bound(1e-46).error() >= 1e-46);
    // In double the bound is computed in double, too: its own products must not vanish.
    using Double = ErrorBound<double>;
    Double const third = Double(1) / Double(3);
    Double const small = Double::of(1e-310);
    REQUIRE((small * Double::of(1e150)).error() >= 0x1p-53 * 1e-160);
    REQUIRE((small / Double::of(1e-200)).error() >= 0x1p-53 * 1e-110);
    REQUIRE((Double::of(1e-178) / (Double::of(1e-216) * third)).error() >= 2 * 0x1p-53 * 3e38);
}

TEST_CASE("a quotient of subnormal numbers stays within the bound of the exact value") {
    // b is a product that underflows, so its error is of its own size; |a| e_b / b_least is below what a double holds.
    using Double = ErrorBound<double>;
    double worst = 0;
    for (unsigned draw = 0; draw < 2000; ++draw) {
        double const a = std::ldexp(test::whole(1, draw, 1, 1 << 20), -1074);
        double const b = std::ldexp(test::whole(2, draw, 1 << 19, 1 << 20), -560);
        double const c = std::ldexp(test::whole(3, draw, 1 << 19, 1 << 20), -544);
        long double const exact = static_cast<long double>(a) / (static_cast<long double>(b) * c);
        double const distance = static_cast<double>(std::abs(static_cast<long double>(a / (b * c)) - exact));
        Double const bound = Double::of(a) / (Double::of(b) * Double::of(c));
        CAPTURE(draw, a, b, c, distance, bound.error());
        REQUIRE(distance <= bound.error());
        if (std::isfinite(bound.error())) {  // b c may be 0, and the quotient infinite
            worst = test::larger_or_nan(worst, distance / bound.error());
        }
    }
    CAPTURE(worst);
    REQUIRE(worst > 0.05);
}

TEST_CASE("Eigen's exponential of a very negative number is not 0") {
    Eigen::Array<float, 16, 1> x = Eigen::Array<float, 16, 1>::Constant(-200);
    x = x.exp().eval();
    REQUIRE(exp(Bound::of(-200)).error() >= static_cast<double>(x(3)));
}

TEST_CASE("a sum beyond the range is unknown, and so is zero times the unknown") {
    Bound const large = Bound::of(3e38);
    Bound const zero(0);
    Bound const unknown = large * large;
    REQUIRE(std::isinf((large + large).error()));
    REQUIRE(std::isinf((Bound::of(1) / (large + large)).error()));
    REQUIRE(std::isinf((zero * unknown).error()));
    REQUIRE(std::isinf((unknown * zero).error()));
    REQUIRE(std::isinf(where_below(Bound::of(2), Bound::of(1), unknown).error()));
    REQUIRE(where_below(Bound::of(2), Bound::of(1), large).error() == 0);

    // The exact sum is in range; the first addition rounds up to 2^128 less 2^104, and the second to infinity.
    float const first = 0x1p127f;
    float const second = 16777211.0f * 0x1p103f;
    float const third = 1.5f * 0x1p104f;
    REQUIRE(std::isinf(first + second + third));
    REQUIRE(std::isinf((Bound::of(first) + Bound::of(second) + Bound::of(third)).error()));
}

TEST_CASE("a function of what is unknown is unknown") {
    namespace trusted = incontext::trusted;
    Bound const one = Bound::of(1);
    for (Bound const& unknown : {Bound::unwritten(trusted::Key{}), Bound::of(1e30) * Bound::of(-1e30)}) {
        REQUIRE(std::isinf(unknown.error()));
        for (Bound const& result :
             {tanh(unknown), exp(unknown), sqrt(unknown), reciprocal_square_root(unknown), abs(unknown),
              larger(unknown, one), larger(one, unknown), smaller(unknown, one), smaller(one, unknown),
              where_below(unknown, one, one), where_below(one, unknown, one), one / unknown, unknown / one,
              incontext::GELU::at(unknown).value, incontext::GELU::at(unknown).derivative,
              incontext::ReLU::at(unknown).value, incontext::ReLU::at(unknown).derivative}) {
            REQUIRE(std::isinf(result.error()));
        }
    }
}

TEST_CASE("a constant of a wider type has one rounding") {
    REQUIRE(ErrorBound<double>(0.1L).error() >= 0x1p-53 * 0.1);
    REQUIRE(ErrorBound<double>(0.5L).error() == 0);
}

TEST_CASE("a clip carries the error of what it clips, and is unknown where rounding decides") {
    Bound const third = Bound::of(1) / Bound::of(3);
    Bound const limit = Bound::of(1);
    require_bound(larger(third, Bound::of(0.1)), u / 3);
    REQUIRE(smaller(third, Bound::of(0.1)).value() == 0.1);
    REQUIRE(abs(-third).value() == third.value());
    REQUIRE(where_below(third, limit, limit).value() == 1);
    REQUIRE(where_below(Bound::of(-2), limit, limit).value() == 0);
    REQUIRE(where_below(limit, limit, third).error() == 0);  // exactly at the limit: outside
    REQUIRE(std::isinf(where_below(third + third + third, limit, limit).error()));
}

TEST_CASE("exponential and root carry the error of their argument") {
    Bound const x = Bound::of(2) * Bound::of(0.1);
    REQUIRE(exp(x).value() == std::exp(x.value()));
    require_bound(exp(Bound::of(1)), 4 * u * std::exp(1.0));
    REQUIRE(exp(x).error() >= std::exp(0.2) * (4 * u + u * 0.2));
    REQUIRE(exp(x).error() <= std::exp(0.2) * (4 * u + 5 * u * 0.2));
    require_bound(sqrt(Bound::of(9)), u * 3);
    REQUIRE(std::isinf(sqrt(Bound::of(0.1) - Bound::of(0.1)).error()));
}

TEST_CASE("quotients of drawn sums of products stay within the bound of the exact value") {
    using incontext::Rational;
    double worst = 0;
    for (unsigned entry = 0; entry < 2000; ++entry) {
        float computed[2]{};
        Bound bounds[2]{};
        Rational exact[2];
        for (unsigned part = 0; part < 2; ++part) {
            for (unsigned term = 0; term < 3; ++term) {
                int const a = 1500 + test::whole(1 + part, 8 * entry + term, 0, 999);
                int const b = 1000 + test::whole(3 + part, 8 * entry + term, 0, 999);
                computed[part] += static_cast<float>(a) / static_cast<float>(b);
                bounds[part] += Bound(a) / Bound(b);
                exact[part] += Rational(a, b);
            }
        }
        float const quotient = computed[0] / computed[1];
        Bound const bound = bounds[0] / bounds[1];
        double const distance =
            std::abs(static_cast<double>(quotient) - static_cast<double>(exact[0]) / static_cast<double>(exact[1]));
        REQUIRE(distance <= bound.error());
        worst = test::larger_or_nan(worst, distance / bound.error());
    }
    CAPTURE(worst);
    REQUIRE(worst > 0.1);
}

TEST_CASE("a format that the compiler has not is followed by a class that stands for it") {
    using Half = ErrorBound<conformance::Half>;
    constexpr double u_of_half = 0x1p-11;
    constexpr double smallest = 0x1p-24;
    Half const product = Half::of(3) * Half::of(-5);
    CHECK(product.error() >= u_of_half * 15);
    CHECK(product.error() <= (u_of_half * 15 + 5 * smallest) * slack);
    CHECK(Half(0.5).error() == 0);
    CHECK(Half(2048).error() == 0);
    CHECK(Half(0.1).error() >= u_of_half * 0.1);  // a constant that half precision does not hold
    CHECK(Half(2049).error() >= 1);
    CHECK((Half::of(600) * Half::of(60)).error() < 600);
    CHECK(std::isinf((Half::of(600) * Half::of(600)).error()));  // beyond 65504
    CHECK(ErrorBound<conformance::BFloat>(257).error() >= 1);
    CHECK((ErrorBound<conformance::BFloat>::of(3) * ErrorBound<conformance::BFloat>::of(5)).error() >= 0x1p-8 * 15);
}

}  // namespace
