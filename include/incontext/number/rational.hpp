// SPDX-License-Identifier: MIT
/// @file
/// Fractions of 64-bit integers, exact or refused.
#pragma once

#include <stdexcept>

namespace incontext {

/// A fraction in lowest terms with a positive denominator.
///
/// Exactness: exact. Intermediate results have 128 bits. Errors: a result whose numerator or denominator does not fit
/// 63 bits, and a zero denominator, throw std::overflow_error or std::domain_error at run time and do not compile in a
/// constant expression: never a wrong value. Test: tests/unit/numbers.cpp (field laws, overflow).
class Rational {
  public:
    constexpr Rational() = default;
    constexpr Rational(long long integer) : numerator_(integer) {}
    constexpr Rational(long long numerator, long long denominator) : Rational(reduced(numerator, denominator)) {}

    [[nodiscard]] constexpr long long numerator() const { return numerator_; }
    [[nodiscard]] constexpr long long denominator() const { return denominator_; }

    /// The nearest double but for the rounding of the two conversions and of the division: relative error < 2^-51.
    [[nodiscard]] constexpr explicit operator double() const {
        return static_cast<double>(numerator_) / static_cast<double>(denominator_);
    }

    friend constexpr Rational operator+(Rational a, Rational b) {
        return reduced(Wide{a.numerator_} * b.denominator_ + Wide{b.numerator_} * a.denominator_,
                       Wide{a.denominator_} * b.denominator_);
    }
    friend constexpr Rational operator-(Rational a) { return reduced(-Wide{a.numerator_}, a.denominator_); }
    friend constexpr Rational operator-(Rational a, Rational b) { return a + (-b); }
    friend constexpr Rational operator*(Rational a, Rational b) {
        return reduced(Wide{a.numerator_} * b.numerator_, Wide{a.denominator_} * b.denominator_);
    }
    friend constexpr Rational operator/(Rational a, Rational b) {
        return reduced(Wide{a.numerator_} * b.denominator_, Wide{a.denominator_} * b.numerator_);
    }
    constexpr Rational& operator+=(Rational b) { return *this = *this + b; }
    constexpr Rational& operator-=(Rational b) { return *this = *this - b; }
    friend constexpr bool operator==(Rational, Rational) = default;

  private:
    __extension__ using Wide = __int128;

    static constexpr Rational reduced(Wide numerator, Wide denominator) {
        if (denominator == 0) {
            throw std::domain_error("incontext::Rational: the denominator is zero");
        }
        Wide const divisor = greatest_common_divisor(numerator, denominator) * (denominator < 0 ? -1 : 1);
        Rational result;
        result.numerator_ = narrowed(numerator / divisor);
        result.denominator_ = narrowed(denominator / divisor);
        return result;
    }

    static constexpr Wide greatest_common_divisor(Wide a, Wide b) {
        a = a < 0 ? -a : a;
        b = b < 0 ? -b : b;
        while (b != 0) {
            Wide const remainder = a % b;
            a = b;
            b = remainder;
        }
        return a;
    }

    static constexpr long long narrowed(Wide value) {
        if (value > (Wide{1} << 62) || value < -(Wide{1} << 62)) {
            throw std::overflow_error("incontext::Rational: the fraction does not fit 64-bit integers");
        }
        return static_cast<long long>(value);
    }

    long long numerator_ = 0;
    long long denominator_ = 1;
};

}  // namespace incontext
