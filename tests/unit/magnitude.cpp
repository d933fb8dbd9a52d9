// SPDX-License-Identifier: MIT
// How far rounding can carry a result: the count of roundings and the bound that follows, on expressions worked by hand.
#include <cmath>

#include "catch.hpp"
#include "incontext/number/magnitude.hpp"

namespace {

using incontext::Magnitude;

TEST_CASE("a magnitude is the expression on absolute values, and counts roundings on the longest path") {
    Magnitude const a = Magnitude::of(-3);
    Magnitude const b = Magnitude::of(5);
    REQUIRE(a.magnitude() == 3);
    REQUIRE(a.roundings() == 0);
    REQUIRE((a * b).magnitude() == 15);
    REQUIRE((a * b).roundings() == 1);
    REQUIRE((a - b).magnitude() == 8);
    REQUIRE((a - b).roundings() == 1);
    REQUIRE((a * b + a * b + a).roundings() == 1 + 2);          // a product, and n - 1 = 2 additions in any order
    REQUIRE(((a + b) + (a + b)).roundings() == 3);              // four terms, also bracketed in pairs
    REQUIRE(((a + b) * (a + b + b)).roundings() == 1 + 2 + 1);  // a product adds what its factors have
    REQUIRE((a + Magnitude(0)).roundings() == 0);               // adding zero does not round
    REQUIRE((a * Magnitude(0)).magnitude() == 0);
    REQUIRE((-a).magnitude() == 3);
    REQUIRE(Magnitude(-7).magnitude() == 7);
    REQUIRE(Magnitude::one_over_context(8).magnitude() == 0.125);
    REQUIRE(Magnitude::one_over_context(7).roundings() == 1);
    Magnitude sum = a;
    sum += b;
    sum -= b;
    REQUIRE(sum == a + b + b);
}

TEST_CASE("the bound is gamma_k times the magnitude, and infinite where it is no bound") {
    Magnitude const product = Magnitude::of(3) * Magnitude::of(5) * Magnitude::of(2);  // k = 2, m = 30
    double const u = 0x1p-24;
    // Up to the 2^-20 that the bound allows for its own rounding.
    REQUIRE(product.bound<float>() >= 2 * u / (1 - 2 * u) * 30);
    REQUIRE(product.bound<float>() <= 2 * u / (1 - 2 * u) * 30 * (1 + 0x1p-19));
    REQUIRE(product.bound<double>() >= 2 * 0x1p-53 * 30);
    REQUIRE(product.bound<double>() <= 2 * 0x1p-53 * 30 * (1 + 0x1p-19));
    REQUIRE(Magnitude::of(3).bound<float>() == 0);

    Magnitude doubling = Magnitude::of(1);  // 2^23 terms have 2^23 - 1 additions
    for (int i = 0; i < 22; ++i) {
        doubling += doubling;
    }
    REQUIRE(std::isfinite(doubling.bound<float>()));
    doubling += doubling;
    doubling += doubling;
    REQUIRE(std::isinf(doubling.bound<float>()));
    REQUIRE(std::isfinite(doubling.bound<double>()));
}

}  // namespace
