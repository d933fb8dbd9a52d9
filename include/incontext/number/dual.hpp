// SPDX-License-Identifier: MIT
/// @file
/// Dual numbers a + b e with e^2 = 0: the derivative of the code that runs, in any family. Matrices of them there are in every
/// family but symbols.
///
/// Evaluated at w + u e, an operator returns f(w) + (J u) e. Over Modular this is an exact directional derivative, the
/// yardstick for backpropagation: <v, J u> = <J^T v, u>.
#pragma once

#include <limits>
#include <type_traits>

#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

namespace algebra {

template <class Number>
struct Dual;

/// A dual number has no order where its value has none.
template <class Number>
struct OrderOfDual {};
template <class Number>
    requires std::is_base_of_v<RefusesOrder<Number>, Number>
struct OrderOfDual<Number> : RefusesOrder<Dual<Number>> {
};

/// value + derivative e.
///
/// Operands are values, as those of float and Modular are: of two references to one running sum the first would be read too late, and the
/// derivative would be that of another expression (ErrorBound and PowerSeries likewise).
///
/// Exactness: that of Number. Cost: a product costs three of Number. Errors: those of Number; of exact numbers
/// an order and functions of the standard library do not compile.
/// Test: tests/static/backpropagation.cpp, tests/unit/numbers.cpp, tests/unit/series.cpp.
template <class Number>
struct Dual : OrderOfDual<Number>, CountsByOne<Dual<Number>> {
    Number value{};
    Number derivative{};

    constexpr Dual() = default;
    template <class Constant>
        requires std::is_arithmetic_v<Constant>
    constexpr Dual(Constant constant) : value(Number(constant)), derivative(0) {}
    constexpr Dual(Number const& at, Number const& along) : value(at), derivative(along) {}

    friend constexpr Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.derivative + b.derivative}; }
    friend constexpr Dual operator-(Dual a, Dual b) { return {a.value - b.value, a.derivative - b.derivative}; }
    friend constexpr Dual operator-(Dual a) { return {-a.value, -a.derivative}; }
    friend constexpr Dual operator*(Dual a, Dual b) {
        return {a.value * b.value, a.value * b.derivative + a.derivative * b.value};
    }
    friend constexpr Dual operator/(Dual a, Dual b) {
        Number const quotient = a.value / b.value;
        return {quotient, (a.derivative - quotient * b.derivative) / b.value};
    }
    constexpr Dual& operator+=(Dual const& b) { return *this = *this + b; }
    constexpr Dual& operator-=(Dual const& b) { return *this = *this - b; }
    constexpr Dual& operator*=(Dual const& b) { return *this = *this * b; }
    constexpr Dual& operator/=(Dual const& b) { return *this = *this / b; }
    friend constexpr bool operator==(Dual const& a, Dual const& b) {
        return a.value == b.value && a.derivative == b.derivative;
    }

    /// For the trusted base: whether both parts are known to be 0. What is 0 and moves is not.
    [[nodiscard]] constexpr bool is_zero(trusted::IsKey auto) const {
        return trusted::is_zero(value) && trusted::is_zero(derivative);
    }
};

}  // namespace algebra
using algebra::Dual;

}  // namespace incontext

/// Those of its value. The standard library would answer 0. Test: tests/unit/numbers.cpp.
template <class Number>
class std::numeric_limits<incontext::Dual<Number>> : public std::numeric_limits<Number> {};
