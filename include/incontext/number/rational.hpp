// SPDX-License-Identifier: MIT
/// @file
/// Fractions of 64-bit integers, exact or refused.
#pragma once

#include <concepts>
#include <limits>
#include <stdexcept>

#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

namespace algebra {

/// A fraction in lowest terms with a positive denominator.
///
/// Exactness: exact. Intermediate results have 128 bits. Errors: a result whose numerator or denominator is above
/// 2^62 in magnitude, and a zero denominator, throw std::overflow_error or std::domain_error at run time and do not compile in a
/// constant expression: never a wrong value. A floating-point number and an order do not compile. Test: tests/unit/numbers.cpp (field laws, overflow).
class Rational : RefusesOrder<Rational>, CountsByOne<Rational> {
  public:
    constexpr Rational() = default;
    template <std::integral Integer>
    constexpr Rational(Integer integer) : numerator_(fitting(integer)) {}
    template <std::integral Numerator, std::integral Denominator>
    constexpr Rational(Numerator numerator, Denominator denominator)
        : Rational(reduced(fitting(numerator), fitting(denominator))) {}

    template <std::floating_point Floating>
    constexpr Rational(Floating)
        : numerator_(an_exact_number_is_not_made_from_a_floating_point_number<Rational, Floating>::value) {}

    /// Of the reduced fraction, with its sign.
    [[nodiscard]] constexpr long long numerator() const { return numerator_; }
    /// Of the reduced fraction, positive.
    [[nodiscard]] constexpr long long denominator() const { return denominator_; }

    /// The nearest double but for the rounding of the two conversions and of the division: relative error < 2^-51.
    [[nodiscard]] constexpr explicit operator double() const {
        return static_cast<double>(numerator_) / static_cast<double>(denominator());
    }

    friend constexpr Rational operator+(Rational a, Rational b) {
        return reduced(Wide{a.numerator_} * b.denominator() + Wide{b.numerator_} * a.denominator(),
                       Wide{a.denominator()} * b.denominator());
    }
    friend constexpr Rational operator-(Rational a) { return reduced(-Wide{a.numerator_}, a.denominator()); }
    friend constexpr Rational operator-(Rational a, Rational b) { return a + (-b); }
    friend constexpr Rational operator*(Rational a, Rational b) {
        return reduced(Wide{a.numerator_} * b.numerator_, Wide{a.denominator()} * b.denominator());
    }
    friend constexpr Rational operator/(Rational a, Rational b) {
        return reduced(Wide{a.numerator_} * b.denominator(), Wide{a.denominator()} * b.numerator_);
    }
    constexpr Rational& operator+=(Rational b) { return *this = *this + b; }
    constexpr Rational& operator-=(Rational b) { return *this = *this - b; }
    constexpr Rational& operator*=(Rational b) { return *this = *this * b; }
    constexpr Rational& operator/=(Rational b) { return *this = *this / b; }
    friend constexpr bool operator==(Rational a, Rational b) {
        return a.numerator_ == b.numerator_ && a.denominator() == b.denominator();
    }

    /// For the trusted base: whether it is 0.
    [[nodiscard]] constexpr bool is_zero(trusted::IsKey auto) const { return numerator_ == 0; }

  private:
    __extension__ using Wide = __int128;

    static constexpr Rational reduced(Wide numerator, Wide denominator) {
        if (denominator == 0) {
            an_exact_number_is_divided_by_zero();
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

    template <std::integral Integer>
    static constexpr long long fitting(Integer integer) {
        if (magnitude_of(integer) > (1ULL << 62)) {
            an_integer_is_too_large_for_this_exact_number();
        }
        return static_cast<long long>(integer);
    }

    [[noreturn]] static void a_fraction_does_not_fit_64_bits() {
        fail<std::overflow_error>("incontext::Rational: the fraction does not fit 64-bit integers");
    }

    static constexpr long long narrowed(Wide value) {
        if (value > (Wide{1} << 62) || value < -(Wide{1} << 62)) {
            a_fraction_does_not_fit_64_bits();
        }
        return static_cast<long long>(value);
    }

    long long numerator_ = 0;
    long long denominator_ = 1;
};

}  // namespace algebra
using algebra::Rational;

}  // namespace incontext

template <>
class std::numeric_limits<incontext::Rational> : public incontext::ExactNumbersHaveNoLimits<incontext::Rational> {};
