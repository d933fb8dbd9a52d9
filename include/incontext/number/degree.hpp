// SPDX-License-Identifier: MIT
/// @file
/// Degrees, counted by running the operator itself.
///
/// By Schwartz and Zippel two different polynomials of degree k in random witnesses of a field with p elements agree
/// with probability at most k / p. An operator evaluated on Degree instead of on numbers yields its k. A rule that divides
/// yields the degrees of numerator and denominator: a / b = c / d where a d - c b is zero.
#pragma once

#include <concepts>

#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

/// Upper bounds of the degrees of an expression's numerator and denominator in its unknowns; constants have degree 0.
///
/// Sum a/b + c/d: max(a + d, c + b) over b + d; without division the larger degree. Product: the sum of degrees. A zero
/// constant is absorbing in products and neutral in sums.
/// Exactness: upper bounds (cancellations are not seen). They stop at 2^62 and never overflow. Cost: comparisons and
/// additions. Errors: ==, an order and a floating-point number do not compile: a degree says nothing of an operator that
/// branches. Division by the constant zero throws, or does not compile in a constant expression.
/// Test: tests/static/identical.cpp, tests/unit/degree.cpp.
class Degree : RefusesOrder<Degree> {
  public:
    static constexpr long long largest = 1LL << 62;

    constexpr Degree() = default;
    template <std::integral Integer>
    constexpr Degree(Integer constant) : is_nonzero_(constant != Integer(0)) {}

    template <std::floating_point Floating>
    constexpr Degree(Floating)
        : numerator_(an_exact_number_is_not_made_from_a_floating_point_number<Degree, Floating>::value) {}

    /// An unknown: degree 1.
    [[nodiscard]] static constexpr Degree unknown() { return Degree(1LL, 0LL); }

    [[nodiscard]] constexpr long long numerator() const { return numerator_; }
    [[nodiscard]] constexpr long long denominator() const { return denominator_; }

    /// Whether it is known to be the constant zero.
    [[nodiscard]] constexpr bool is_zero(trusted::Key) const { return !is_nonzero_; }

    friend constexpr Degree operator+(Degree a, Degree b) {
        if (!a.is_nonzero_ || !b.is_nonzero_) {
            return a.is_nonzero_ ? a : b;
        }
        if (a.denominator_ == 0 && b.denominator_ == 0) {
            return a.numerator_ >= b.numerator_ ? a : b;
        }
        long long const one = sum(a.numerator_, b.denominator_);
        long long const other = sum(b.numerator_, a.denominator_);
        return {one >= other ? one : other, sum(a.denominator_, b.denominator_)};
    }
    friend constexpr Degree operator-(Degree a, Degree b) { return a + b; }
    friend constexpr Degree operator-(Degree a) { return a; }
    friend constexpr Degree operator*(Degree a, Degree b) {
        if (!a.is_nonzero_ || !b.is_nonzero_) {
            return {};
        }
        return {sum(a.numerator_, b.numerator_), sum(a.denominator_, b.denominator_)};
    }
    friend constexpr Degree operator/(Degree a, Degree b) {
        if (!b.is_nonzero_) {
            an_exact_number_is_divided_by_zero();
        }
        return a * Degree(b.denominator_, b.numerator_);
    }
    constexpr Degree& operator+=(Degree b) { return *this = *this + b; }
    constexpr Degree& operator-=(Degree b) { return *this = *this + b; }
    constexpr Degree& operator*=(Degree b) { return *this = *this * b; }
    constexpr Degree& operator/=(Degree b) { return *this = *this / b; }
    template <std::same_as<Degree> Other>
    friend constexpr bool operator==(Degree, Other) {
        return a_symbol_is_not_compared<Other>::value;
    }

    [[nodiscard]] static constexpr Degree one_over_context(int /*context*/) { return Degree(1); }

  private:
    constexpr Degree(long long numerator, long long denominator)
        : is_nonzero_(true), numerator_(numerator), denominator_(denominator) {}

    static constexpr long long sum(long long a, long long b) { return a < largest - b ? a + b : largest; }

    bool is_nonzero_ = false;
    long long numerator_ = 0;
    long long denominator_ = 0;
};

}  // namespace incontext
