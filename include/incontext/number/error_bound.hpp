// SPDX-License-Identifier: MIT
/// @file
/// How far rounding can carry a result, by running the operator itself.
///
/// An ErrorBound is a value v and a bound e: whatever the order of the sums, and whether or not multiplications and additions
/// are fused, a computed result x and the exact one differ by at most e. With unit roundoff u, computed operands
/// a + da, b + db (|da| <= e_a, |db| <= e_b) and m = |v| + 2 e >= |computed|:
///
///     product     e = (|a| + e_a) e_b + (|b| + e_b) e_a + e_a e_b + u m_a m_b
///     sum         e = sum of e_i + gamma_{n-1} sum of m_i,       gamma_k = k u / (1 - k u)       [Higham2002] sec. 3.1, 3.3
///     quotient    e = e_a / b_least + ((|a| + e_a) / b_least) (e_b / b_least) + u m_a / b_least,    b_least = |b| - 2 e_b
///
/// The errors are bounded where the values are, step by step: that is a running error analysis. A bound by absolute values
/// alone, gamma_k sum |terms| with k the roundings on the longest path, grows by the power 3 with every general layer.
#pragma once

#include <concepts>
#include <limits>
#include <type_traits>

#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"
#include "incontext/support/message.hpp"

namespace incontext {

/// Test: tests/compile_fail/agree_with_a_comparison.cpp.
template <class Number>
struct rounding_is_not_followed_through_a_comparison {
    static_assert(
        never<Number>,
        "agree follows rounding through +, -, *, /, larger, smaller, where_below, abs, sqrt, exp and tanh: a branch on "
        "a "
        "comparison cannot be followed; write larger(a, b) for max, where_below(number, limit, chosen) for a mask");
    static constexpr bool value = false;
};

/// What ErrorBound follows the roundings of: float, double, long double, or a class that stands for a format that the compiler has
/// not, as half precision. Such a class has std::numeric_limits (is_iec559, digits, epsilon, min, max, denorm_min), is made from a
/// double by rounding, and converts to double without. Test: tests/unit/error_bound.cpp.
template <class Floating>
concept RoundedNumber = std::floating_point<Floating> ||
    (std::is_class_v<Floating> && !std::derived_from<std::numeric_limits<Floating>, NoLimits> &&
     std::numeric_limits<Floating>::is_iec559 && requires(Floating number, double wide) {
         static_cast<Floating>(wide);
         static_cast<double>(number);
     });

namespace algebra {

/// A value and how far a computation in Floating can be from it.
///
/// Inputs are exact, and so are constants that Floating holds; others have one rounding. A sum of n terms, however it is
/// bracketed, has n - 1 additions, each counted for all terms: they are kept apart until the sum is used as a factor.
/// Exactness: a bound, infinite where nothing is known: where the value leaves the range of Floating, a divisor may be zero, a
/// limit of where_below may be passed on either side, or a sum has more than 1 / (2 u) terms. Underflow is within the bound.
/// The value is computed in double (long double for long double); `error` leaves room for the rounding of the bound itself.
/// Cost: a product costs about ten. Errors: a comparison does not compile. Test: tests/unit/error_bound.cpp,
/// tests/unit/agree.cpp (against exact numbers).
template <RoundedNumber Floating>
class ErrorBound : CountsByOne<ErrorBound<Floating>> {
  public:
    using Wide = std::conditional_t<std::same_as<Floating, long double>, long double, double>;

    /// As float: `ErrorBound x;` has no value, `ErrorBound x{}` is 0.
    ErrorBound() = default;
    template <class Constant>
        requires std::is_arithmetic_v<Constant>
    constexpr ErrorBound(Constant constant)
        : ErrorBound(static_cast<Wide>(constant),
                     is_held(constant) ? 0 : u * absolute(static_cast<Wide>(constant)) + smallest) {}

    /// An input: exact.
    [[nodiscard]] static constexpr ErrorBound of(Wide input) { return ErrorBound(input, 0); }

    /// An entry of a matrix that nobody wrote: anything.
    [[nodiscard]] static constexpr ErrorBound unwritten(trusted::IsKey auto) { return unknown(0); }

    /// 1/N, with the rounding of its division, and that of N where Floating does not hold it.
    [[nodiscard]] static constexpr ErrorBound one_over_context(int context) {
        return ErrorBound(1) / ErrorBound(context);
    }

    /// The value, computed in Wide.
    [[nodiscard]] constexpr Wide value() const { return value_; }

    /// How far a computed result can be from the exact one.
    [[nodiscard]] constexpr Wide error() const { return closed() * (1 + Wide(0x1p-20)); }

    /// How far a computed result can be from `value`, which is rounded in Wide: twice the error, where that is Floating itself;
    /// hardly more than it, where Wide has 24 bits more.
    [[nodiscard]] constexpr Wide distance() const {
        constexpr bool is_finer = std::numeric_limits<Floating>::digits + 24 <= std::numeric_limits<Wide>::digits;
        return (is_finer ? 1 + Wide(0x1p-20) : 2) * error();
    }

    /// What no computed value exceeds in absolute value.
    [[nodiscard]] constexpr Wide magnitude() const { return absolute(value_) + 2 * closed(); }

    /// The error in units of u magnitude, rounded up: as if so many roundings had followed each other. At most 2^30.
    [[nodiscard]] constexpr int roundings() const {
        constexpr int most = 1 << 30;
        Wide const unit = u * magnitude();
        if (is_zero() || !(unit > 0)) {
            return 0;
        }
        Wide const count = error() / unit;
        if (!(count < most)) {
            return most;
        }
        auto const whole = static_cast<int>(count);
        return static_cast<Wide>(whole) < count ? whole + 1 : whole;
    }

    friend constexpr ErrorBound operator+(ErrorBound a, ErrorBound b) {
        if (a.is_zero() || b.is_zero()) {
            return a.is_zero() ? b : a;
        }
        ErrorBound sum{};
        sum.value_ = a.value_ + b.value_;
        sum.error_ = a.error_ + b.error_;
        sum.terms_ = a.terms_ + b.terms_;
        sum.additions_ = a.additions_ + b.additions_ + 1;
        // Each addition rounds, so that what is summed may exceed the sum of all terms: by k u / (1 - k u) of it, below 2 k u.
        Wide const of_computed = sum.terms_ * (1 + 2 * static_cast<Wide>(sum.additions_) * u);
        if (!(of_computed <= static_cast<Wide>(std::numeric_limits<Floating>::max()))) {
            return unknown(sum.value_);
        }
        return sum;
    }
    friend constexpr ErrorBound operator-(ErrorBound a) {
        a.value_ = -a.value_;
        return a;
    }
    friend constexpr ErrorBound operator-(ErrorBound a, ErrorBound b) { return a + (-b); }
    friend constexpr ErrorBound operator*(ErrorBound a, ErrorBound b) {
        Wide const e_a = a.closed();
        Wide const e_b = b.closed();
        if (a.is_zero() || b.is_zero()) {
            return of_nothing(e_a + e_b);
        }
        Wide const of_operands = (absolute(a.value_) + e_a) * e_b + (absolute(b.value_) + e_b) * e_a + e_a * e_b;
        return {a.value_ * b.value_, of_operands + u * (a.magnitude() * b.magnitude()) + underflow};
    }
    friend constexpr ErrorBound operator/(ErrorBound a, ErrorBound b) {
        Wide const e_a = a.closed();
        Wide const e_b = b.closed();
        Wide const least = absolute(b.value_) - 2 * e_b;
        if (!(least > 0)) {
            return unknown(a.value_);
        }
        if (a.is_zero()) {
            return {};
        }
        // As quotients, which are not below what Wide holds where they matter: |a| (e_b / b_least) may be, of subnormal numbers.
        Wide const of_operands = e_a / least + (absolute(a.value_) + e_a) / least * (e_b / least);
        return {a.value_ / b.value_, of_operands + u * (a.magnitude() / least) + underflow};
    }
    constexpr ErrorBound& operator+=(ErrorBound const& b) { return *this = *this + b; }
    constexpr ErrorBound& operator-=(ErrorBound const& b) { return *this = *this - b; }
    constexpr ErrorBound& operator*=(ErrorBound const& b) { return *this = *this * b; }
    constexpr ErrorBound& operator/=(ErrorBound const& b) { return *this = *this / b; }

    /// They round nothing: the error of the result is at most the larger of the two.
    friend constexpr ErrorBound larger(ErrorBound const& a, ErrorBound const& b) {
        return {a.value_ < b.value_ ? b.value_ : a.value_, larger_error(a, b)};
    }
    friend constexpr ErrorBound smaller(ErrorBound const& a, ErrorBound const& b) {
        return {b.value_ < a.value_ ? b.value_ : a.value_, larger_error(a, b)};
    }
    friend constexpr ErrorBound abs(ErrorBound const& a) { return {absolute(a.value_), a.closed()}; }

    /// `chosen` where |number| < limit, else 0; unknown where rounding may decide which.
    friend constexpr ErrorBound where_below(ErrorBound const& number, ErrorBound const& limit,
                                            ErrorBound const& chosen) {
        Wide const room = 2 * (number.closed() + limit.closed());
        Wide const distance = limit.value_ - absolute(number.value_);
        if (distance > room) {
            return chosen;
        }
        bool const is_outside = room == 0 ? distance <= 0 : distance < -room;
        return is_outside ? of_nothing(chosen.closed()) : unknown(chosen.value_);
    }

    /// Computed by the standard library, or by Eigen, within 4 u, or within the smallest normal number: Eigen gives 2.9e-39
    /// for e^-200.
    friend ErrorBound exp(ErrorBound const& a) {
        Wide const e = 2 * a.closed();
        Wide const high = exponential(a.value_ + e);
        return {exponential(a.value_), high - exponential(a.value_ - e) + 4 * u * high + smallest_normal};
    }
    friend ErrorBound sqrt(ErrorBound const& a) {
        Wide const e = 2 * a.closed();
        if (!(a.value_ - e >= 0)) {
            return unknown(a.value_);
        }
        Wide const high = root(a.value_ + e);
        return {root(a.value_), high - root(a.value_ - e) + u * high + underflow};
    }

    /// Computed by the standard library, or in lanes (number/elementary.hpp), within 4 u.
    friend ErrorBound tanh(ErrorBound const& a) {
        Wide const e = 2 * a.closed();
        Wide const at = hyperbolic_tangent(a.value_);
        if (!(e < infinite)) {
            return unknown(at);  // the difference of the two ends would be 2, and what nobody wrote may be NaN
        }
        return {at,
                hyperbolic_tangent(a.value_ + e) - hyperbolic_tangent(a.value_ - e) + 4 * u * absolute(at) + underflow};
    }
    /// Computed as 1 / sqrt x, or in lanes, within 4 u.
    friend ErrorBound reciprocal_square_root(ErrorBound const& a) {
        Wide const e = 2 * a.closed();
        if (!(a.value_ - e > 0)) {
            return unknown(a.value_);
        }
        Wide const high = 1 / root(a.value_ - e);
        return {1 / root(a.value_), high - 1 / root(a.value_ + e) + 4 * u * high + underflow};
    }

    /// Does not compile, with one sentence: `if (x)`, static_cast<int>(x).
    template <class Other>
        requires std::integral<Other>
    constexpr explicit operator Other() const {
        return static_cast<Other>(this_number_is_not_converted_to_another<ErrorBound, Other>::value);
    }

    // clang-format off
    friend constexpr bool operator<(ErrorBound const&, ErrorBound const&) { return refused<>(); }
    friend constexpr bool operator>(ErrorBound const&, ErrorBound const&) { return refused<>(); }
    friend constexpr bool operator<=(ErrorBound const&, ErrorBound const&) { return refused<>(); }
    friend constexpr bool operator>=(ErrorBound const&, ErrorBound const&) { return refused<>(); }
    friend constexpr bool operator==(ErrorBound const&, ErrorBound const&) { return refused<>(); }
    // clang-format on

  private:
    static constexpr Wide u = static_cast<Wide>(std::numeric_limits<Floating>::epsilon()) / 2;
    static constexpr Wide smallest = static_cast<Wide>(std::numeric_limits<Floating>::denorm_min());
    static constexpr Wide underflow = 4 * smallest;  // of the operation, and of the products in its bound
    static constexpr Wide smallest_normal = static_cast<Wide>(std::numeric_limits<Floating>::min());
    static constexpr Wide infinite = std::numeric_limits<Wide>::infinity();

    /// One term of a sum.
    constexpr ErrorBound(Wide value, Wide error)
        : value_(value), error_(error), terms_(absolute(value) + 2 * error), additions_(0) {
        if (!(terms_ <= static_cast<Wide>(std::numeric_limits<Floating>::max()))) {
            error_ = infinite;
            terms_ = infinite;
        }
    }

    /// 0 times something of this error: not 0 where that may be infinite.
    static constexpr ErrorBound of_nothing(Wide error) { return error < infinite ? ErrorBound{} : unknown(0); }

    static constexpr ErrorBound unknown(Wide value) { return {value, infinite}; }

    static constexpr Wide absolute(Wide number) { return number < 0 ? -number : number; }

    // The compilers' own, so that theorem.hpp does not need the standard mathematics.
    static Wide exponential(Wide x) {
        if constexpr (std::same_as<Wide, long double>) {
            return __builtin_expl(x);
        } else {
            return __builtin_exp(x);
        }
    }
    static Wide hyperbolic_tangent(Wide x) {
        if constexpr (std::same_as<Wide, long double>) {
            return __builtin_tanhl(x);
        } else {
            return __builtin_tanh(x);
        }
    }
    static Wide root(Wide x) {
        if constexpr (std::same_as<Wide, long double>) {
            return __builtin_sqrtl(x);
        } else {
            return __builtin_sqrt(x);
        }
    }

    template <class Constant>
    static constexpr bool is_held(Constant constant) {
        if constexpr (std::integral<Constant> && sizeof(Constant) > sizeof(long long)) {
            constexpr Constant most = Constant{1} << 62;  // __int128, under -std=gnu++20
            bool const is_narrow = constant <= most && (std::is_unsigned_v<Constant> || constant >= -most);
            return is_narrow && is_held(static_cast<long long>(constant));
        } else if constexpr (std::integral<Constant>) {
            // As integers: 2^53 + 1 in double is 2^53.
            constexpr int digits = std::numeric_limits<Floating>::digits;
            return digits > 63 || magnitude_of(constant) <= 1ULL << (digits > 63 ? 63 : digits);
        } else if constexpr (!std::floating_point<Floating>) {
            using Both = std::common_type_t<Wide, Constant>;
            auto const held = static_cast<Both>(static_cast<Wide>(static_cast<Floating>(static_cast<Wide>(constant))));
            return !(held < static_cast<Both>(constant)) && !(held > static_cast<Both>(constant));
        } else {
            using Both = std::common_type_t<Floating, Constant>;
            return !(static_cast<Both>(static_cast<Floating>(constant)) < static_cast<Both>(constant)) &&
                   !(static_cast<Both>(static_cast<Floating>(constant)) > static_cast<Both>(constant));
        }
    }

    /// Exactly zero: a product with it is zero and a sum with it does not round.
    [[nodiscard]] constexpr bool is_zero() const { return !(terms_ > 0) && !(error_ > 0); }

    /// The bound, once no term is added any more.
    [[nodiscard]] constexpr Wide closed() const {
        if (additions_ == 0) {
            return error_;
        }
        Wide const k_u = static_cast<Wide>(additions_) * u;
        return k_u < Wide(0.5) ? error_ + k_u / (1 - k_u) * terms_ : infinite;
    }

    static constexpr Wide larger_error(ErrorBound const& a, ErrorBound const& b) {
        Wide const e_a = a.closed();
        Wide const e_b = b.closed();
        return e_a < e_b ? e_b : e_a;
    }

    template <class Refused = Floating>
    static constexpr bool refused() {
        return rounding_is_not_followed_through_a_comparison<Refused>::value;
    }

    Wide value_;
    Wide error_;           // of the terms
    Wide terms_;           // the sum of what no computed term exceeds
    long long additions_;  // of the sum that is being formed
};

}  // namespace algebra
using algebra::ErrorBound;

}  // namespace incontext

/// Those of the numbers that run. The standard library would answer 0. Test: tests/unit/numbers.cpp.
template <class Number>
class std::numeric_limits<incontext::ErrorBound<Number>> : public std::numeric_limits<Number> {};
