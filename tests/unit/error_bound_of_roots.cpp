// SPDX-License-Identifier: MIT
// The bound of a root whose argument is known within an error: the root is that much steeper below.
#include <cmath>

#include "catch.hpp"
#include "incontext/number/error_bound.hpp"

using Bound = incontext::ErrorBound<float>;

TEST_CASE("a root carries the error of its argument, divided by twice the root") {
    Bound sum = Bound::of(0x1p-20);
    for (int i = 0; i < 18; ++i) {
        sum += sum;  // 1/4 of 2^18 terms: an error of 2^-6 of it
    }
    double const e = sum.error();
    REQUIRE(e > 0.0038);
    REQUIRE(sqrt(sum).value() == 0.5);
    REQUIRE(sqrt(sum).error() >= std::sqrt(0.25 + e) - 0.5);
    REQUIRE(sqrt(sum).error() >= 0.5 - std::sqrt(0.25 - e));
    REQUIRE(sqrt(sum).error() <= 5 * e);
    REQUIRE(std::isinf(sqrt(Bound::of(-1)).error()));
}
