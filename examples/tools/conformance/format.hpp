// SPDX-License-Identifier: MIT
/// @file
/// The formats of floating-point numbers that kernels compute in, and numbers that compute in them where the compiler has none.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace conformance {

/// A binary format of IEEE 754's kind: sign, exponent, fraction. A number is below 2^(largest_exponent + 1), and normal from
/// 2^smallest_exponent on.
struct Format {
    char const* name;
    int digits;  // with the leading one that is not stored
    int smallest_exponent;
    int largest_exponent;
    int bits;

    [[nodiscard]] constexpr std::uint64_t infinity() const {
        return static_cast<std::uint64_t>(largest_exponent - smallest_exponent + 2) << (digits - 1);
    }
    [[nodiscard]] constexpr std::uint64_t sign_bit() const { return std::uint64_t{1} << (bits - 1); }
};

inline constexpr Format f64{"f64", 53, -1022, 1023, 64};
inline constexpr Format f32{"f32", 24, -126, 127, 32};
inline constexpr Format f16{"f16", 11, -14, 15, 16};
inline constexpr Format bf16{"bf16", 8, -126, 127, 16};

/// In the order in which every file has them.
inline constexpr std::array<Format, 4> formats{f64, f32, f16, bf16};

/// The number of these bits, as a double, which holds those of every format; infinite and NaN too. Exact.
[[nodiscard]] inline double number_of_bits(std::uint64_t bits, Format const& format) {
    if (format.bits == 64) {
        return std::bit_cast<double>(bits);
    }
    std::uint64_t const magnitude = bits & (format.sign_bit() - 1);
    double const sign = (bits & format.sign_bit()) != 0 ? -1 : 1;
    if (magnitude >= format.infinity()) {
        return magnitude == format.infinity() ? sign * std::numeric_limits<double>::infinity()
                                              : std::numeric_limits<double>::quiet_NaN();
    }
    auto const exponent = static_cast<int>(magnitude >> (format.digits - 1));
    std::uint64_t const leading = std::uint64_t{1} << (format.digits - 1);
    std::uint64_t const fraction = magnitude & (leading - 1);
    int const scale = format.smallest_exponent - (format.digits - 1) + (exponent == 0 ? 0 : exponent - 1);
    return sign * std::ldexp(static_cast<double>(exponent == 0 ? fraction : fraction + leading), scale);
}

/// A number of 16 bits that computes: each operation in double, which holds sums and products of two, and then one rounding, ties to
/// even. (Of a quotient the two roundings are one, since double has more than twice the digits [Higham2002] 2.3.)
///
/// A number class of the library. Test: tests/example/conformance/numbers.cpp.
template <int Digits, int SmallestExponent, int LargestExponent>
class Short {
  public:
    Short() = default;
    Short(int number) : Short(static_cast<double>(number)) {}
    explicit Short(double number) : number_(rounded(number)) {}
    explicit operator double() const { return number_; }

    friend Short operator+(Short a, Short b) { return Short(a.number_ + b.number_); }
    friend Short operator-(Short a, Short b) { return Short(a.number_ - b.number_); }
    friend Short operator-(Short a) { return Short(-a.number_); }
    friend Short operator*(Short a, Short b) { return Short(a.number_ * b.number_); }
    friend Short operator/(Short a, Short b) { return Short(a.number_ / b.number_); }
    Short& operator+=(Short b) { return *this = *this + b; }
    Short& operator-=(Short b) { return *this = *this - b; }
    Short& operator*=(Short b) { return *this = *this * b; }
    Short& operator/=(Short b) { return *this = *this / b; }
    friend bool operator==(Short a, Short b) { return a.number_ == b.number_; }

  private:
    static double rounded(double number) {
        if (number == 0 || !std::isfinite(number)) {
            return number;
        }
        int const exponent = std::max(std::ilogb(number), SmallestExponent);
        double const whole = std::nearbyint(std::ldexp(number, Digits - 1 - exponent));
        double const result = std::ldexp(whole, exponent - (Digits - 1));
        bool const is_held = std::fabs(result) < std::ldexp(1.0, LargestExponent + 1);
        return is_held ? result : std::copysign(std::numeric_limits<double>::infinity(), number);
    }

    double number_ = 0;
};

using Half = Short<11, -14, 15>;
using BFloat = Short<8, -126, 127>;

}  // namespace conformance

template <int Digits, int SmallestExponent, int LargestExponent>
class std::numeric_limits<conformance::Short<Digits, SmallestExponent, LargestExponent>> {
    using Number = conformance::Short<Digits, SmallestExponent, LargestExponent>;

    static constexpr double power(int exponent) {
        double result = 1;
        for (int i = 0; i < exponent; ++i) {
            result *= 2;
        }
        for (int i = 0; i > exponent; --i) {
            result /= 2;
        }
        return result;
    }

  public:
    static constexpr bool is_specialized = true;
    static constexpr bool is_iec559 = true;
    static constexpr bool has_infinity = true;
    static constexpr int digits = Digits;
    // Doubles, so that they are constants.
    static constexpr double epsilon() noexcept { return power(1 - Digits); }
    static constexpr double min() noexcept { return power(SmallestExponent); }
    static constexpr double max() noexcept { return (2 - power(1 - Digits)) * power(LargestExponent); }
    static constexpr double denorm_min() noexcept { return power(SmallestExponent - Digits + 1); }
    static constexpr double infinity() noexcept { return std::numeric_limits<double>::infinity(); }
};
