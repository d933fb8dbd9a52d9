// SPDX-License-Identifier: MIT
/// @file
/// Degrees, counted by running the operator itself.
///
/// By Schwartz and Zippel two different polynomials of degree k in random witnesses of a field with p elements agree
/// with probability at most k / p. An operator evaluated on Degree instead of on numbers yields its k. A rule that divides
/// yields the degrees of numerator and denominator: a / b = c / d where a d - c b is zero.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "incontext/number/modular.hpp"
#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

namespace algebra {

/// Upper bounds of the degrees of an expression's numerator and denominator in its unknowns; constants have degree 0.
///
/// Sum a/b + c/d: max(a + d, c + b) over b + d; without division the larger degree. Product: the sum of degrees. A zero
/// constant is absorbing in products and neutral in sums.
/// Exactness: upper bounds (cancellations are not seen). They stop at 2^62 and never overflow. Cost: comparisons and
/// additions. Errors: one that is read before it is written does not compile (at run time, of a matrix, it throws); a constant above 2^31 throws, or
/// does not compile: modulo p it may be another one, as 2^60 is one half; ==, an order and a floating-point number do not compile: a degree says nothing of an operator that
/// branches. Division by the constant zero throws, or does not compile in a constant expression.
/// Test: tests/static/degree.cpp, tests/static/identical.cpp, tests/static/proof.cpp, tests/unit/numbers.cpp.
class Degree : RefusesOrder<Degree>, CountsByOne<Degree> {
  public:
    static constexpr long long largest = 1LL << 62;

    /// As float: `Number x;` has no value, and a rule that reads it does not compile; `Number x{}` is 0.
    Degree() = default;
    template <std::integral Integer>
    constexpr Degree(Integer constant) : Degree(constant != Integer(0), 0, 0) {
        if (magnitude_of(constant) > 1ull << 31) {  // it may be another constant modulo p: 2^60 is one half, p is 0
            an_integer_is_too_large_for_this_exact_number();
        }
    }

    template <std::floating_point Floating>
    constexpr Degree(Floating)
        : Degree(false, an_exact_number_is_not_made_from_a_floating_point_number<Degree, Floating>::value, 0) {}

    /// An unknown: degree 1.
    [[nodiscard]] static constexpr Degree unknown() { return Degree(1LL, 0LL); }

    /// An entry of a matrix that nobody wrote. It is a value of its own, because g++ 12 takes what a function returns
    /// unwritten for zero. Added to zero it stays unwritten; to read it, to add it to anything
    /// else or to multiply by it does not compile.
    [[nodiscard]] static constexpr Degree unwritten(trusted::IsKey auto) { return Degree(0LL, never_written); }

    /// The degree of the numerator, at most 2^62; 0 for constants.
    [[nodiscard]] constexpr long long numerator() const { return require_written(denominator_), numerator_; }
    /// The degree of the denominator, at most 2^62; 0 where nothing was divided.
    [[nodiscard]] constexpr long long denominator() const { return require_written(denominator_), denominator_; }

    /// Whether it is known to be the constant zero.
    [[nodiscard]] constexpr bool is_zero(trusted::IsKey auto) const {
        return require_written(denominator_), !nonzero_if_ever_written_;
    }

    /// For products of matrices: as those of Modular.
    [[nodiscard]] static constexpr std::uint64_t which_are_not_zero(trusted::IsKey auto, Degree const* numbers,
                                                                    std::ptrdiff_t stride, int count) {
        std::uint64_t which = 0;
        long long denominators = 0;
        for (int i = 0; i < count; ++i) {
            denominators |= numbers[i * stride].denominator_;
            if (numbers[i * stride].nonzero_if_ever_written_) {
                which |= std::uint64_t{1} << i;
            }
        }
        return require_written(denominators), which;
    }
    /// sum + a_0 b_0 + a_1 b_1 + ... of the terms whose bit is 1, where a_i = a[i * stride].
    static constexpr void add_products(trusted::IsKey auto, Degree& sum, Degree const* a, std::ptrdiff_t stride,
                                       Degree const* b, std::uint64_t which) {
        // sum = sum + a_i b_i, without a call. Each is at most 2^62, so that two have a sum without a sign.
        using Word = std::uint64_t;
        constexpr Word most = Word{1} << 62;
        bool is_nonzero = sum.nonzero_if_ever_written_;
        Word numerator = static_cast<Word>(sum.numerator_);
        Word denominator = static_cast<Word>(sum.denominator_);
        for (int i = 0; which != 0; ++i, which >>= 1) {
            if ((which & 1) == 0) {
                continue;
            }
            Word over = static_cast<Word>(a[i * stride].numerator_) + static_cast<Word>(b[i].numerator_);
            Word under = static_cast<Word>(a[i * stride].denominator_) + static_cast<Word>(b[i].denominator_);
            over = over < most ? over : most;
            under = under < most ? under : most;
            if (is_nonzero && (denominator != 0 || under != 0)) {
                numerator = numerator + under < most ? numerator + under : most;
                over = over + denominator < most ? over + denominator : most;
                under = denominator + under < most ? denominator + under : most;
            }
            numerator = is_nonzero && numerator > over ? numerator : over;
            denominator = under;
            is_nonzero = true;
        }
        sum = Degree(is_nonzero, static_cast<long long>(numerator), static_cast<long long>(denominator));
    }

    friend constexpr Degree operator+(Degree a, Degree b) {
        if (!a.nonzero_if_ever_written_ || !b.nonzero_if_ever_written_) {
            return a.nonzero_if_ever_written_ ? a : b;
        }
        if (a.denominator_ == 0 && b.denominator_ == 0) {
            return a.numerator_ >= b.numerator_ ? a : b;
        }
        require_written(a.denominator_ | b.denominator_);
        long long const one = sum(a.numerator_, b.denominator_);
        long long const other = sum(b.numerator_, a.denominator_);
        return {one >= other ? one : other, sum(a.denominator_, b.denominator_)};
    }
    friend constexpr Degree operator-(Degree a, Degree b) { return a + b; }
    friend constexpr Degree operator-(Degree a) { return a; }
    friend constexpr Degree operator*(Degree a, Degree b) {
        bool const a_is_nonzero =
            a.nonzero_if_ever_written_;  // both are read: zero times what nobody wrote is not zero
        bool const b_is_nonzero = b.nonzero_if_ever_written_;
        require_written(a.denominator_ | b.denominator_);
        if (!a_is_nonzero || !b_is_nonzero) {
            return {};
        }
        a.numerator_ = sum(a.numerator_, b.numerator_);
        a.denominator_ = sum(a.denominator_, b.denominator_);
        return a;
    }
    friend constexpr Degree operator/(Degree a, Degree b) {
        require_written(b.denominator_);  // the parts change places: nothing in a numerator says that nobody wrote it
        if (!b.nonzero_if_ever_written_) {
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

    /// 1/N is a constant: degree 0.
    [[nodiscard]] static constexpr Degree one_over_context(int /*context*/) { return Degree(1); }

  private:
    constexpr Degree(bool is_nonzero, long long numerator, long long denominator)
        : nonzero_if_ever_written_(is_nonzero),
          numerator_(numerator),
          denominator_(denominator),
          not_for_bit_cast_(nullptr) {}
    constexpr Degree(long long numerator, long long denominator) : Degree(true, numerator, denominator) {}

    static constexpr long long never_written = -1;  // in the place of a denominator's degree; no other is negative
    static constexpr void require_written(long long denominators) {
        if (denominators < 0) {
            a_number_is_read_that_nobody_wrote();
        }
    }

    static constexpr long long sum(long long a, long long b) { return a < largest - b ? a + b : largest; }

    // Without initialisers, as a float. The name of the first is read in the message about a number that was never written.
    bool nonzero_if_ever_written_;
    long long numerator_;
    long long denominator_;
    void const*
        not_for_bit_cast_;  // std::bit_cast of a pointer is no constant: nobody branches on the bits of a number
};

}  // namespace algebra
using algebra::Degree;

}  // namespace incontext

template <>
class std::numeric_limits<incontext::Degree> : public incontext::ExactNumbersHaveNoLimits<incontext::Degree> {};
