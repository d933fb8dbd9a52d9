// SPDX-License-Identifier: MIT
/// @file
/// Power series in one variable s, cut off: a_0 + a_1 s + ... + a_(K-1) s^(K-1), where s^K = 0.
///
/// The exponential has no exact value at a number, but it has one at a series without a constant term. So softmax of scores
/// s u can be computed exactly, order by order: what holds of the series holds of softmax up to an error of order s^K.
/// With K = 2 this is Dual under another name: derivatives of first order.
#pragma once

#include <concepts>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

/// Test: tests/compile_fail/series_without_terms.cpp.
template <int Terms>
struct a_series_has_at_least_one_term {
    static_assert(Terms >= 1, "a series has at least one term: PowerSeries<Number, K> with K of 1 or more");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/series_of_floats.cpp.
template <class Number>
struct a_series_is_of_exact_numbers {
    static_assert(!std::is_arithmetic_v<Number>,
                  "a power series is of exact numbers, PowerSeries<Rational, K> or PowerSeries<Modular, K>: its "
                  "coefficients are compared, and a rounded one says nothing");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/unlike_series.cpp.
template <class A, class B>
struct unlike_series_do_not_mix {
    static_assert(A::terms < 0,
                  "two power series that are added, multiplied, divided or compared have the same numbers and as many "
                  "terms: compare the two PowerSeries<Number, terms> in this message");
    static constexpr bool value = false;
};

/// At run time this throws; in a static_assert both compilers print its name. Test: tests/unit/series.cpp.
[[noreturn]] inline void the_exponential_of_a_series_needs_a_constant_term_of_zero() {
    fail<std::domain_error>("incontext::PowerSeries: the exponential of a series whose constant term is not zero");
}

namespace algebra {

/// a_0 + a_1 s + ... + a_(K-1) s^(K-1), with s^K = 0.
///
/// Number: exact, with a division (Modular, Rational). Exactness: exact. Cost: a product K (K + 1) / 2 multiplications of
/// Number; a quotient as many and a division; an exponential K (K - 1), and K - 1 divisions. Errors: a division by a series whose
/// constant term is zero throws std::domain_error, as 1/0 does; so does exp of a series whose constant term is not
/// zero. In a constant expression these do not compile. There is no order. Test: tests/laws/numbers.cpp,
/// tests/unit/series.cpp.
template <class Number, int K>
class PowerSeries : CountsByOne<PowerSeries<Number, K>> {
  public:
    static_assert(a_series_has_at_least_one_term<K>::value, "see the first error");
    static_assert(a_series_is_of_exact_numbers<Number>::value, "see the first error");
    static constexpr int terms = K;

    constexpr PowerSeries() {
        Number const nothing(0);
        for (Number& coefficient : coefficients_) {
            coefficient = nothing;
        }
    }
    template <std::integral Integer>
    constexpr PowerSeries(Integer constant) : PowerSeries(Number(constant)) {}
    template <std::same_as<Number>
                  Constant>  // a template, so that an exact constant, half, becomes a PowerSeries and no Number
    constexpr PowerSeries(Constant const& constant) : PowerSeries() {
        coefficients_[0] = constant;
    }
    template <std::floating_point Floating>
    constexpr PowerSeries(Floating constant) : PowerSeries(Number(constant)) {}

    /// s, the variable; 0 if K = 1.
    [[nodiscard]] static constexpr PowerSeries variable() { return PowerSeries(1).times_variable(); }

    /// a_order. Errors: an order outside 0..K-1 is not checked at run time and does not compile in a constant expression.
    [[nodiscard]] constexpr Number const& coefficient(int order) const { return coefficients_[order]; }

    /// s times this series.
    [[nodiscard]] constexpr PowerSeries times_variable() const {
        PowerSeries result;
        for (int order = 1; order < K; ++order) {
            result.coefficients_[order] = coefficients_[order - 1];
        }
        return result;
    }

    friend constexpr PowerSeries operator+(PowerSeries a, PowerSeries b) {
        for (int order = 0; order < K; ++order) {
            a.coefficients_[order] = a.coefficients_[order] + b.coefficients_[order];
        }
        return a;
    }
    friend constexpr PowerSeries operator-(PowerSeries a, PowerSeries b) {
        for (int order = 0; order < K; ++order) {
            a.coefficients_[order] = a.coefficients_[order] - b.coefficients_[order];
        }
        return a;
    }
    friend constexpr PowerSeries operator-(PowerSeries a) {
        for (Number& coefficient : a.coefficients_) {
            coefficient = -coefficient;
        }
        return a;
    }
    /// c_n = sum of a_k b_(n-k).
    friend constexpr PowerSeries operator*(PowerSeries a, PowerSeries b) {
        PowerSeries result;
        for (int k = 0; k < K; ++k) {
            if (trusted::is_zero(a.coefficients_[k])) {  // compilers limit the steps of a constant evaluation
                continue;
            }
            for (int n = k; n < K; ++n) {
                result.coefficients_[n] = result.coefficients_[n] + a.coefficients_[k] * b.coefficients_[n - k];
            }
        }
        return result;
    }
    /// The c with c b = a: c_n = (a_n - sum over k < n of c_k b_(n-k)) / b_0.
    friend constexpr PowerSeries operator/(PowerSeries a, PowerSeries b) {
        PowerSeries result;
        Number const inverse = Number(1) / b.coefficients_[0];
        for (int n = 0; n < K; ++n) {
            Number rest = a.coefficients_[n];
            for (int k = 0; k < n; ++k) {
                rest = rest - result.coefficients_[k] * b.coefficients_[n - k];
            }
            result.coefficients_[n] = rest * inverse;
        }
        return result;
    }
    constexpr PowerSeries& operator+=(PowerSeries const& b) { return *this = *this + b; }
    constexpr PowerSeries& operator-=(PowerSeries const& b) { return *this = *this - b; }
    constexpr PowerSeries& operator*=(PowerSeries const& b) { return *this = *this * b; }
    constexpr PowerSeries& operator/=(PowerSeries const& b) { return *this = *this / b; }
    friend constexpr bool operator==(PowerSeries const& a, PowerSeries const& b) {
        for (int order = 0; order < K; ++order) {
            if (!(a.coefficients_[order] == b.coefficients_[order])) {
                return false;
            }
        }
        return true;
    }

    /// e^a for a_0 = 0: from e' = a' e, e_0 = 1 and n e_n = sum over k of k a_k e_(n-k).
    friend constexpr PowerSeries exp(PowerSeries const& a) {
        if (!a.begins_with_zero()) {
            the_exponential_of_a_series_needs_a_constant_term_of_zero();
        }
        PowerSeries result(1);
        for (int n = 1; n < K; ++n) {
            Number sum(0);
            for (int k = 1; k <= n; ++k) {
                sum = sum + Number(k) * a.coefficients_[k] * result.coefficients_[n - k];
            }
            result.coefficients_[n] = sum / Number(n);
        }
        return result;
    }

    // These do not compile, with one sentence.
    friend constexpr bool operator<(PowerSeries const&, PowerSeries const&) { return refused<>(); }
    friend constexpr bool operator>(PowerSeries const&, PowerSeries const&) { return refused<>(); }
    friend constexpr bool operator<=(PowerSeries const&, PowerSeries const&) { return refused<>(); }
    friend constexpr bool operator>=(PowerSeries const&, PowerSeries const&) { return refused<>(); }
    friend constexpr PowerSeries abs(PowerSeries const& a) { return refused<>(), a; }
    friend constexpr PowerSeries sqrt(PowerSeries const& a) { return refused<>(), a; }
    friend constexpr PowerSeries log(PowerSeries const& a) { return refused<>(), a; }
    friend constexpr PowerSeries tanh(PowerSeries const& a) { return refused<>(), a; }

    /// For the trusted base: whether all its terms are 0.
    [[nodiscard]] constexpr bool is_zero(trusted::IsKey auto) const {
        for (Number const& coefficient : coefficients_) {
            if (!trusted::is_zero(coefficient)) {
                return false;
            }
        }
        return true;
    }

  private:
    /// Whether its constant term is 0; of numbers that do not say so by themselves, by comparison.
    [[nodiscard]] constexpr bool begins_with_zero() const {
        if constexpr (requires { coefficients_[0].is_zero(trusted::Key{}); }) {
            return trusted::is_zero(coefficients_[0]);
        } else {
            return coefficients_[0] == Number(0);
        }
    }

    /// A template, so that it is refused where it is used and not where the class is named.
    template <class Refused = PowerSeries>
    static constexpr bool refused() {
        return an_exact_number_has_no_order_and_no_such_function<Refused>::value;
    }

    Number coefficients_[K];
};

}  // namespace algebra
using algebra::PowerSeries;

template <class A, int TermsOfA, class B, int TermsOfB>
concept UnlikeSeries = TermsOfA != TermsOfB || !std::same_as<A, B>;

namespace algebra {

/// Do not compile, with one sentence.
template <class A, int TermsOfA, class B, int TermsOfB>
    requires UnlikeSeries<A, TermsOfA, B, TermsOfB>
constexpr auto operator+(PowerSeries<A, TermsOfA> const&, PowerSeries<B, TermsOfB> const&) {
    return unlike_series_do_not_mix<PowerSeries<A, TermsOfA>, PowerSeries<B, TermsOfB>>::value;
}
/// The same sentence.
template <class A, int TermsOfA, class B, int TermsOfB>
    requires UnlikeSeries<A, TermsOfA, B, TermsOfB>
constexpr auto operator-(PowerSeries<A, TermsOfA> const&, PowerSeries<B, TermsOfB> const&) {
    return unlike_series_do_not_mix<PowerSeries<A, TermsOfA>, PowerSeries<B, TermsOfB>>::value;
}
/// The same sentence.
template <class A, int TermsOfA, class B, int TermsOfB>
    requires UnlikeSeries<A, TermsOfA, B, TermsOfB>
constexpr auto operator*(PowerSeries<A, TermsOfA> const&, PowerSeries<B, TermsOfB> const&) {
    return unlike_series_do_not_mix<PowerSeries<A, TermsOfA>, PowerSeries<B, TermsOfB>>::value;
}
/// The same sentence.
template <class A, int TermsOfA, class B, int TermsOfB>
    requires UnlikeSeries<A, TermsOfA, B, TermsOfB>
constexpr auto operator/(PowerSeries<A, TermsOfA> const&, PowerSeries<B, TermsOfB> const&) {
    return unlike_series_do_not_mix<PowerSeries<A, TermsOfA>, PowerSeries<B, TermsOfB>>::value;
}
/// The same sentence.
template <class A, int TermsOfA, class B, int TermsOfB>
    requires UnlikeSeries<A, TermsOfA, B, TermsOfB>
constexpr bool operator==(PowerSeries<A, TermsOfA> const&, PowerSeries<B, TermsOfB> const&) {
    return unlike_series_do_not_mix<PowerSeries<A, TermsOfA>, PowerSeries<B, TermsOfB>>::value;
}

}  // namespace algebra

}  // namespace incontext

template <class Number, int K>
class std::numeric_limits<incontext::PowerSeries<Number, K>>
    : public incontext::ExactNumbersHaveNoLimits<incontext::PowerSeries<Number, K>> {};
