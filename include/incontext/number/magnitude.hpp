// SPDX-License-Identifier: MIT
/// @file
/// How far rounding can carry a result, counted by running the operator itself.
///
/// Let m be an expression with every number replaced by its absolute value and every minus by a plus, and k the largest
/// number of roundings that an input passes on its way to the result. In floating point with unit roundoff u, however
/// the sums are ordered and whether or not multiplications and additions are fused,
///
///     |computed - exact| <= gamma_k m,     gamma_k = k u / (1 - k u)          [Higham2002] sec. 3.1, 3.4
///
/// as long as nothing overflows or underflows. An operator evaluated on Magnitude yields m and k.
#pragma once

#include <limits>

namespace incontext {

/// An upper bound m of the sum of absolute values in an expression, and the number k of roundings on its longest path.
///
/// Inputs and integer constants are exact. Every *, and 1/N, counts one rounding. A sum of n terms, however it is
/// bracketed, counts n - 1 for each of its terms: additions are kept apart until the sum is multiplied, so that no order
/// of summation can exceed the count. Terms that are exactly zero count nothing.
/// Exactness: m itself is summed in double; `bound` leaves room for that (a factor 1 + 2^-20).
/// Errors: k u >= 1/2 (8 million roundings in float) makes the bound infinite. Test: tests/unit/agree.cpp.
class Magnitude {
  public:
    constexpr Magnitude() = default;
    constexpr Magnitude(int constant) : magnitude_(constant < 0 ? -constant : constant) {}

    /// An input: exact, of this absolute value.
    [[nodiscard]] static constexpr Magnitude of(double input) {
        Magnitude magnitude;
        magnitude.magnitude_ = input < 0 ? -input : input;
        return magnitude;
    }

    [[nodiscard]] static constexpr Magnitude one_over_context(int context) {
        Magnitude result = of(1.0 / context);
        result.before_sum_ = 1;
        return result;
    }

    [[nodiscard]] constexpr double magnitude() const { return magnitude_; }
    [[nodiscard]] constexpr int roundings() const { return before_sum_ + additions_; }

    /// gamma_k m: how far the computed result can be from the exact one.
    template <class Floating>
    [[nodiscard]] constexpr double bound() const {
        double const k_u = roundings() * static_cast<double>(std::numeric_limits<Floating>::epsilon()) / 2;
        return k_u < 0.5 ? k_u / (1 - k_u) * magnitude_ * (1 + 0x1p-20) : std::numeric_limits<double>::infinity();
    }

    friend constexpr Magnitude operator+(Magnitude a, Magnitude b) {
        if (a.magnitude_ == 0 || b.magnitude_ == 0) {
            return a.magnitude_ == 0 ? b : a;
        }
        Magnitude sum;
        sum.magnitude_ = a.magnitude_ + b.magnitude_;
        sum.before_sum_ = a.before_sum_ > b.before_sum_ ? a.before_sum_ : b.before_sum_;
        sum.additions_ = a.additions_ + b.additions_ + 1;
        return sum;
    }
    friend constexpr Magnitude operator-(Magnitude a, Magnitude b) { return a + b; }
    friend constexpr Magnitude operator-(Magnitude a) { return a; }
    friend constexpr Magnitude operator*(Magnitude a, Magnitude b) {
        Magnitude product;
        product.magnitude_ = a.magnitude_ * b.magnitude_;
        product.before_sum_ = product.magnitude_ == 0 ? 0 : a.roundings() + b.roundings() + 1;
        return product;
    }
    /// A clip carries the error of what it clips: no less than either argument's.
    friend constexpr Magnitude larger(Magnitude a, Magnitude b) {
        Magnitude result = a.magnitude_ >= b.magnitude_ ? a : b;
        result.before_sum_ = a.before_sum_ > b.before_sum_ ? a.before_sum_ : b.before_sum_;
        result.additions_ = a.additions_ > b.additions_ ? a.additions_ : b.additions_;
        return result;
    }
    friend constexpr Magnitude smaller(Magnitude a, Magnitude b) { return larger(a, b); }

    /// What a clip lets through. A bound as long as rounding does not decide whether it clips.
    friend constexpr Magnitude where_below(Magnitude, Magnitude, Magnitude chosen) { return chosen; }

    constexpr Magnitude& operator+=(Magnitude b) { return *this = *this + b; }
    constexpr Magnitude& operator-=(Magnitude b) { return *this = *this - b; }
    friend constexpr bool operator==(Magnitude, Magnitude) = default;

  private:
    double magnitude_ = 0;
    int before_sum_ = 0;  // roundings of the largest path below the sum that is being formed
    int additions_ = 0;   // additions of that sum so far
};

}  // namespace incontext
