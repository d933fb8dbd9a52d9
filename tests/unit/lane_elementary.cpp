// SPDX-License-Identifier: MIT
// Elementary functions of lanes against the C++ library's in double.
#include "incontext/number/elementary.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "catch.hpp"

namespace {

using incontext::Lanes;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr double any_bound = 1e9;  // the error of a wrong class of number

/// The distance of neighbouring floats at |exact|; beyond the largest float that below it.
double spacing(double exact) {
    int const exponent = std::clamp(std::ilogb(exact), -126, 127);  // below -126: the subnormal grid
    return std::ldexp(1.0, exponent - 23);
}

/// |computed - exact| in units in the last place. Infinity counts as the float after the largest, 2^128, which is where
/// rounding would put it. Signs, also of zeros, and NaN must be the exact result's.
double error_in_ulp(float computed, double exact) {
    if (std::isnan(exact) || std::isnan(computed)) {
        return std::isnan(exact) && std::isnan(computed) ? 0 : any_bound;
    }
    if (std::signbit(computed) != std::signbit(exact)) {
        return any_bound;
    }
    if (exact == 0 || std::isinf(exact)) {
        return static_cast<double>(computed) == exact ? 0 : any_bound;
    }
    double const most = 0x1p128;
    double const magnitude = std::min(std::abs(exact), most);
    return std::abs(std::min(std::abs(static_cast<double>(computed)), most) - magnitude) / spacing(magnitude);
}

TEST_CASE("the error is measured in the grid of floats, up to infinity and down to 0") {
    REQUIRE(error_in_ulp(1.0f, 1 + 0x1p-23) == 1);
    REQUIRE(error_in_ulp(1.0f, 1 - 0x1p-24) == 1);
    REQUIRE(error_in_ulp(-1.0f, -1 - 0x1p-22) == 2);
    REQUIRE(error_in_ulp(1.0f, -1) == any_bound);
    REQUIRE(error_in_ulp(0x1p-149f, 0x3p-149) == 2);
    REQUIRE(error_in_ulp(0x1p-126f, 0x1p-126 - 0x1p-149) == 1);
    REQUIRE(error_in_ulp(0.0f, 0x1.8p-149) == 1.5);
    REQUIRE(error_in_ulp(0.0f, 0x1p-200) < 1e-15);
    REQUIRE(error_in_ulp(-0.0f, 0x1p-200) == any_bound);
    REQUIRE(error_in_ulp(0.0f, 0) == 0);
    REQUIRE(error_in_ulp(-0.0f, 0) == any_bound);
    REQUIRE(error_in_ulp(0x1p-149f, 0) == any_bound);
    REQUIRE(error_in_ulp(infinity, 0x1.fffffep127) == 1);
    REQUIRE(error_in_ulp(0x1.fffffep127f, 0x1p300) == 1);
    REQUIRE(error_in_ulp(infinity, 0x1p300) == 0);
    REQUIRE(error_in_ulp(-infinity, 0x1p300) == any_bound);
    REQUIRE(error_in_ulp(0x1.fffffep127f, HUGE_VAL) == any_bound);
    REQUIRE(error_in_ulp(infinity, HUGE_VAL) == 0);
    REQUIRE(error_in_ulp(nan, std::nan("")) == 0);
    REQUIRE(error_in_ulp(nan, 1) == any_bound);
    REQUIRE(error_in_ulp(1.0f, std::nan("")) == any_bound);
}

// What the header says of each function, of all floats: this test takes a part of them.
struct Exp {
    // Two half log 2; the first subnormal result, the last one, the lower limit; overflow, the upper limit.
    static constexpr float turns[]{0.34657359f, 1.0397208f, 87.33655f, 103.97208f, 104.0f, 88.72284f, 89.0f};
    static constexpr double largest_error = 1.08;
    static double exact(double x) { return std::exp(x); }
    template <class Floats>
    static Floats computed(Floats const& x) {
        return exp(x);
    }
};

struct Tanh {
    // x itself; half log 2 = 2x; the other formula; 1, the limit.
    static constexpr float turns[]{0x1p-12f, 0.1732868f, 0.625f, 9.0109134f, 10.0f};
    static constexpr double largest_error = 1.2;
    static double exact(double x) { return std::tanh(x); }
    template <class Floats>
    static Floats computed(Floats const& x) {
        return tanh(x);
    }
};

struct Log {
    // The ends of the mantissa, of a subnormal number too; where log is 0.
    static constexpr float turns[]{0.70710678f, 1.41421356f, 0x1.6a09e6p-127f, 1.0f};
    static constexpr double largest_error = 0.88;
    static double exact(double x) { return std::log(x); }
    template <class Floats>
    static Floats computed(Floats const& x) {
        return log(x);
    }
};

struct ReciprocalSquareRoot {
    // Where it is scaled; the ends of a mantissa, of exponents odd and even.
    static constexpr float turns[]{0x1p-100f, 1.0f, 2.0f, 4.0f, 0x1.fffffep126f};
    static constexpr double largest_error = 0.75;
    static double exact(double x) { return 1 / std::sqrt(x); }
    template <class Floats>
    static Floats computed(Floats const& x) {
        return reciprocal_square_root(x);
    }
};

/// The floats whose bits are first, first + step, ..., in lanes; what comes after last is last.
Lanes<float, 16> floats_from(std::uint64_t first, std::uint64_t step, std::uint64_t last) {
    Lanes<float, 16> x(0.0f);
    for (unsigned lane = 0; lane < 16; ++lane) {
        auto const pattern = std::min(first + step * lane, last);
        x.set(static_cast<int>(lane), std::bit_cast<float>(static_cast<std::uint32_t>(pattern)));
    }
    return x;
}

template <class Function>
void require_accurate(std::uint64_t first, std::uint64_t step, std::uint64_t last) {
    double worst = -1;
    float worst_at = 0;
    for (std::uint64_t pattern = first; pattern <= last; pattern += 16 * step) {
        auto const x = floats_from(pattern, step, last);
        auto const y = Function::computed(x);
        for (int lane = 0; lane < 16; ++lane) {
            double const error = error_in_ulp(y[lane], Function::exact(static_cast<double>(x[lane])));
            if (error > worst) {
                worst = error;
                worst_at = x[lane];
            }
        }
    }
    CAPTURE(worst, worst_at);
    REQUIRE(worst >= 0);
    REQUIRE(worst <= Function::largest_error);
}

TEMPLATE_TEST_CASE("an elementary function is as exact as it says for floats of every kind", "", Exp, Tanh, Log,
                   ReciprocalSquareRoot) {
    // Every 1429th float (a prime), 3 million of them: both signs, normal, subnormal, infinite or not a number.
    require_accurate<TestType>(0, 1429, 0xffffffffu);
}

TEMPLATE_TEST_CASE("an elementary function is as exact where its formula or its result changes", "", Exp, Tanh, Log,
                   ReciprocalSquareRoot) {
    auto const check_around = [](float magnitude) {
        for (std::uint32_t const sign : {0u, 0x80000000u}) {
            std::uint64_t const at = std::bit_cast<std::uint32_t>(magnitude);
            require_accurate<TestType>(sign + std::max<std::uint64_t>(at, 1000) - 1000, 1,
                                       sign + std::min<std::uint64_t>(at + 1000, 0x7fffffff));
        }
    };
    for (float const end : {0.0f, 0x1p-126f, infinity}) {
        check_around(end);
    }
    for (float const turn : TestType::turns) {
        check_around(turn);
    }
}

template <class Function>
float of(float x) {
    return Function::computed(Lanes<float, 1>(x))[0];
}

/// The same bits: the sign of zero counts.
bool same(float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

TEST_CASE("elementary functions of zeros, infinities and what is no number") {
    REQUIRE(of<Exp>(0.0f) == 1.0f);
    REQUIRE(of<Exp>(-0.0f) == 1.0f);
    REQUIRE(of<Exp>(infinity) == infinity);
    REQUIRE(same(of<Exp>(-infinity), 0.0f));
    REQUIRE(std::isnan(of<Exp>(nan)));
    REQUIRE(of<Exp>(0x1.62e42ep6f) < infinity);  // the last float whose exponential is finite, and the next
    REQUIRE(of<Exp>(0x1.62e43p6f) == infinity);
    REQUIRE(of<Exp>(-0x1.9fe368p6f) == 0x1p-149f);  // the last float whose exponential is not 0, and the next
    REQUIRE(same(of<Exp>(-0x1.9fe36ap6f), 0.0f));

    REQUIRE(same(of<Tanh>(0.0f), 0.0f));
    REQUIRE(same(of<Tanh>(-0.0f), -0.0f));
    REQUIRE(of<Tanh>(infinity) == 1.0f);
    REQUIRE(of<Tanh>(-infinity) == -1.0f);
    REQUIRE(std::isnan(of<Tanh>(nan)));
    REQUIRE(std::isnan(of<Tanh>(-nan)));
    for (float const x : {0x1p-149f, 0x1.2344p-130f, 0x1.fffffcp-127f, 0x1p-126f, 1e-30f, 0x1.fffffep-14f}) {
        REQUIRE(same(of<Tanh>(x), x));
        REQUIRE(same(of<Tanh>(-x), -x));
    }

    REQUIRE(of<Log>(0.0f) == -infinity);
    REQUIRE(of<Log>(-0.0f) == -infinity);
    REQUIRE(same(of<Log>(1.0f), 0.0f));
    REQUIRE(of<Log>(infinity) == infinity);
    for (float const x : {-0x1p-149f, -0x1p-126f, -1.0f, -0x1.fffffep127f, -infinity, nan, -nan}) {
        REQUIRE(std::isnan(of<Log>(x)));
        REQUIRE(std::isnan(of<ReciprocalSquareRoot>(x)));
    }

    REQUIRE(of<ReciprocalSquareRoot>(0.0f) == infinity);
    REQUIRE(of<ReciprocalSquareRoot>(-0.0f) == -infinity);
    REQUIRE(same(of<ReciprocalSquareRoot>(infinity), 0.0f));
    REQUIRE(of<ReciprocalSquareRoot>(0x1p-148f) == 0x1p74f);
    REQUIRE(of<ReciprocalSquareRoot>(0x1p126f) == 0x1p-63f);
}

/// Bits that are the same for whatever is no number.
std::uint32_t bits_of(float y) {
    return std::bit_cast<std::uint32_t>(std::isnan(y) ? nan : y);
}

template <class Function, int Count>
bool is_the_same_in_each_of(std::uint32_t pattern, std::uint32_t expected) {
    bool is_same = true;
    for (int lane = 0; lane < Count; ++lane) {
        Lanes<float, Count> x(0.0f);
        for (int other = 0; other < Count; ++other) {  // numbers of all kinds beside it
            x.set(other, std::bit_cast<float>(pattern * 2654435761u + static_cast<std::uint32_t>(other) * 0x21234567u));
        }
        x.set(lane, std::bit_cast<float>(pattern));
        is_same = is_same && bits_of(Function::computed(x)[lane]) == expected;
    }
    return is_same;
}

TEMPLATE_TEST_CASE("an elementary function of a lane does not depend on the others or on their number", "", Exp, Tanh,
                   Log, ReciprocalSquareRoot) {
    int different = 0;
    for (std::uint64_t pattern = 0; pattern <= 0xffffffffu; pattern += 4000037) {  // a prime; 1074 floats
        auto const bits = static_cast<std::uint32_t>(pattern);
        std::uint32_t const alone = bits_of(of<TestType>(std::bit_cast<float>(bits)));
        bool const is_same =
            is_the_same_in_each_of<TestType, 2>(bits, alone) && is_the_same_in_each_of<TestType, 4>(bits, alone) &&
            is_the_same_in_each_of<TestType, 16>(bits, alone) && is_the_same_in_each_of<TestType, 32>(bits, alone);
        different += is_same ? 0 : 1;
    }
    REQUIRE(different == 0);
}

}  // namespace
