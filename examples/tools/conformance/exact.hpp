// SPDX-License-Identifier: MIT
/// @file
/// Fractions of any size: the numbers that the vectors are computed in.
///
/// The library's Rational refuses what 63 bits do not hold, and a stream of a few tokens needs hundreds. Exact is a number class of
/// the library (docs/extending.md), so a rule runs on it by its own source. Boost.Multiprecision is behind exact.cpp.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "conformance/format.hpp"
#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace conformance {

/// A fraction in lowest terms. A value: what it points to never changes.
///
/// Exactness: exact. Errors: a division by zero throws std::domain_error; a floating-point number does not compile.
/// Test: tests/example/conformance/numbers.cpp.
class Exact : incontext::RefusesOrder<Exact> {
  public:
    Exact();
    template <std::integral Integer>
    Exact(Integer integer) : Exact(of_integer(static_cast<long long>(integer))) {}
    template <std::floating_point Floating>
    Exact(Floating)
        : Exact(incontext::an_exact_number_is_not_made_from_a_floating_point_number<Exact, Floating>::value) {}

    /// "3", "-1/2", ".5", "1e-3". Errors: throws std::invalid_argument for any other text, and for exponents beyond
    /// 400 and texts of more than 2,000 characters.
    [[nodiscard]] static Exact of_text(std::string const& text);

    /// 2^exponent.
    [[nodiscard]] static Exact power_of_two(int exponent);

    /// The number of these bits. Errors: throws std::invalid_argument for an infinity and for NaN.
    [[nodiscard]] static Exact of_bits(std::uint64_t bits, Format const& format);

    /// The finite double itself.
    [[nodiscard]] static Exact of_double(double number);

    /// "3" or "-1/2".
    [[nodiscard]] std::string text() const;

    /// The bits of the nearest number of a format: ties to even, subnormal numbers, infinite beyond the largest.
    [[nodiscard]] std::uint64_t rounded(Format const& format) const;

    /// The nearest double.
    [[nodiscard]] double to_double() const;

    /// log of a number above 0, within 2^-300 of its size: enough to round to any of the formats, since it is no fraction but for
    /// log 1 = 0. Errors: throws std::domain_error for numbers from 0 down.
    [[nodiscard]] Exact logarithm() const;

    [[nodiscard]] Exact magnitude() const { return sign() < 0 ? -*this : *this; }

    /// -1, 0 or 1.
    [[nodiscard]] int sign() const;

    friend Exact operator+(Exact const& a, Exact const& b) { return a.plus(b); }
    friend Exact operator-(Exact const& a, Exact const& b) { return a.minus(b); }
    friend Exact operator-(Exact const& a) { return Exact().minus(a); }
    friend Exact operator*(Exact const& a, Exact const& b) { return a.times(b); }
    friend Exact operator/(Exact const& a, Exact const& b) { return a.over(b); }
    Exact& operator+=(Exact const& b) { return *this = *this + b; }
    Exact& operator-=(Exact const& b) { return *this = *this - b; }
    Exact& operator*=(Exact const& b) { return *this = *this * b; }
    Exact& operator/=(Exact const& b) { return *this = *this / b; }
    friend bool operator==(Exact const& a, Exact const& b) { return a.minus(b).sign() == 0; }

    [[nodiscard]] bool is_zero(incontext::trusted::Key) const { return sign() == 0; }

  private:
    struct Fraction;
    explicit Exact(std::shared_ptr<Fraction const> fraction) : fraction_(std::move(fraction)) {}
    static Exact made(Fraction&& fraction);
    static Exact of_integer(long long integer);
    [[nodiscard]] Exact plus(Exact const& b) const;
    [[nodiscard]] Exact minus(Exact const& b) const;
    [[nodiscard]] Exact times(Exact const& b) const;
    [[nodiscard]] Exact over(Exact const& b) const;

    std::shared_ptr<Fraction const> fraction_;
};

}  // namespace conformance

template <>
class std::numeric_limits<conformance::Exact> : public incontext::ExactNumbersHaveNoLimits<conformance::Exact> {};
