// SPDX-License-Identifier: MIT
/// @file
/// Degrees of polynomials, counted by running the operator itself.
///
/// By Schwartz and Zippel two different polynomials of degree k in random witnesses of a field with p elements agree
/// with probability at most k / p. An operator evaluated on Degree instead of on numbers yields its k.
#pragma once

namespace incontext {

/// An upper bound of the total degree of an expression in its unknowns; constants have degree 0.
///
/// Sum: the larger degree. Product: the sum of degrees. A zero constant is absorbing in products and neutral in sums.
/// Exactness: an upper bound (cancellations are not seen). Cost: a comparison or an addition. Errors: none.
/// Test: tests/static/identical.cpp.
class Degree {
  public:
    constexpr Degree() = default;
    constexpr Degree(int constant) : is_zero_(constant == 0) {}

    /// An unknown: degree 1.
    [[nodiscard]] static constexpr Degree unknown() {
        Degree degree(1);
        degree.degree_ = 1;
        return degree;
    }

    [[nodiscard]] constexpr int degree() const { return degree_; }

    friend constexpr Degree operator+(Degree a, Degree b) {
        return a.is_zero_ ? b : b.is_zero_ ? a : a.degree_ >= b.degree_ ? a : b;
    }
    friend constexpr Degree operator-(Degree a, Degree b) { return a + b; }
    friend constexpr Degree operator-(Degree a) { return a; }
    friend constexpr Degree operator*(Degree a, Degree b) {
        Degree result(a.is_zero_ || b.is_zero_ ? 0 : 1);
        result.degree_ = result.is_zero_ ? 0 : a.degree_ + b.degree_;
        return result;
    }
    constexpr Degree& operator+=(Degree b) { return *this = *this + b; }
    constexpr Degree& operator-=(Degree b) { return *this = *this + b; }
    friend constexpr bool operator==(Degree, Degree) = default;

    [[nodiscard]] static constexpr Degree one_over_context(int /*context*/) { return Degree(1); }

  private:
    int degree_ = 0;
    bool is_zero_ = true;
};

}  // namespace incontext
