// SPDX-License-Identifier: MIT
// Functions of lanes against the C++ library's log and erfc.
#include "incontext/number/lane_math.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "catch.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;

TEST_CASE("the logarithm rounds six times at most, from 2^-25 to 1") {
    // m + 1, the quotient, the last step of the series, its product with s and the final sum round once each, 2^-24 of the
    // result; what the inner steps of the series do is damped by s^2 < .03, and its first missing term is below 3e-9. That
    // is relative: near 2^-25 the logarithm is -17 and half a unit in its last place alone is 9.5e-7.
    double worst = 0;
    // Every 509th float (a prime), 412,000 of them.
    std::uint32_t const last = std::bit_cast<std::uint32_t>(1.0f) - 1;
    for (std::uint32_t pattern = std::bit_cast<std::uint32_t>(0x1p-25f); pattern <= last; pattern += 509) {
        float const x = std::bit_cast<float>(pattern);
        double const computed = static_cast<double>(natural_logarithm(Lanes<float, 1>(x))[0]);
        worst = test::larger_or_nan(worst, std::abs(computed / std::log(static_cast<double>(x)) - 1));
    }
    CAPTURE(worst);
    REQUIRE(worst <= 6 * 0x1p-24);
    REQUIRE(natural_logarithm(Lanes<float, 1>(1.0f))[0] == 0.0f);
    // The floats just below 1, whose logarithm is nearly their distance from it.
    for (std::uint32_t pattern = last; pattern > last - 2000; --pattern) {
        float const x = std::bit_cast<float>(pattern);
        double const exact = std::log(static_cast<double>(x));
        REQUIRE(std::abs(static_cast<double>(natural_logarithm(Lanes<float, 1>(x))[0]) / exact - 1) <= 6 * 0x1p-24);
    }
}

/// erfinv(x) to double precision: bisection on erfc, of |x|'s distance from 1, which is exact. It begins with what is not computed.
double inverse_error_function_by_bisection(double x) {
    double const complement = 1 - std::abs(x);
    double least = 0;
    double greatest = 6;  // erfc(6) = 2e-17, and no float is so near to 1
    for (int i = 0; i < 53; ++i) {
        double const middle = (least + greatest) / 2;
        (std::erfc(middle) > complement ? least : greatest) = middle;
    }
    return std::copysign(greatest, x);
}

TEST_CASE("the inverse error function is within 4e-6 of itself, relatively") {
    double worst = 0;
    auto const check = [&](float x) {
        double const computed = static_cast<double>(inverse_error_function(Lanes<float, 1>(x))[0]);
        double const exact = inverse_error_function_by_bisection(static_cast<double>(x));
        worst = test::larger_or_nan(worst, std::abs(computed / exact - 1));
    };
    for (int k = 1; k < 20000; ++k) {  // the whole interval
        check(static_cast<float>(k) / 20000.0f);
        check(-static_cast<float>(k) / 20000.0f);
    }
    for (int k = 1; k <= 2000; ++k) {  // the last floats below 1: the largest normal numbers
        check(1 - static_cast<float>(k) * 0x1p-24f);
    }
    CAPTURE(worst);
    REQUIRE(worst <= 4e-6);
    REQUIRE(inverse_error_function(Lanes<float, 1>(0.0f))[0] == 0.0f);
}

TEST_CASE("a pack in which one lane is in the tail is right in every lane") {
    Lanes<float, 4> x(0.25f);
    x.set(2, 0.9999f);
    auto const y = inverse_error_function(x);
    for (int lane = 0; lane < 4; ++lane) {
        REQUIRE(y[lane] == inverse_error_function(Lanes<float, 1>(x[lane]))[0]);
    }
}

}  // namespace
