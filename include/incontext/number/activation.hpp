// SPDX-License-Identifier: MIT
/// @file
/// Activations: functions of a hidden unit, each a type with its value and derivative at a point.
///
///     GELU        z/2 (1 + tanh(sqrt(2/pi) (z + .044715 z^3)))        the form that the paper's code uses
///     ReLU        max(z, 0)
///     Identity    z
///     PolynomialActivation<c0, c1, c2, ...>    c0 + c1 z + c2 z^2 + ...
///     AnyFunction<"f">     any function with a derivative             exact families alone (number/function.hpp)
///
/// An activation of yours is a struct with `at(z)`, written over any numbers with value_of and value_and_derivative. Its
/// derivative is held against dual numbers by the law of pullbacks.
#pragma once

#include <concepts>

#include "incontext/number/constant.hpp"
#include "incontext/number/function.hpp"
#include "incontext/number/number.hpp"
#include "incontext/support/message.hpp"

namespace incontext {

/// What MLPs ask of an activation, and softmax of its weight function.
template <class T, class Number>
concept Activation = requires(Number const& z) {
    { T::at(z) } -> std::same_as<ValueAndDerivative<Number>>;
};

/// Test: tests/compile_fail/activation_without_derivative.cpp.
template <class T, class Number>
struct an_activation_returns_its_value_and_derivative {
    static_assert(Activation<T, Number>,
                  "an activation or weight function is a struct with a static at(z) over any numbers, which returns "
                  "ValueAndDerivative<Number>{f(z), f'(z)} (number/activation.hpp)");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/activation_that_is_called.cpp.
template <class Called>
struct an_activation_is_asked_for_value_and_derivative {
    static_assert(never<Called>,
                  "an activation is no function object: GELU::at(z) is its value and derivative at a number z, "
                  "GELU::at(z).value the first of them, and a map of tokens, MLP<Number, input, hidden, output, GELU>, "
                  "applies it to matrices");
};
/// Base of the activations: who calls one is told how it is asked.
struct IsAskedAt {
    template <class... Z>
    constexpr auto operator()(Z const&...) const {
        static_cast<void>(sizeof(an_activation_is_asked_for_value_and_derivative<void(Z...)>));
    }
};

namespace activations {

template <class Number>
struct has_an_order {};
template <class Value>
    requires std::floating_point<Value> || requires {
        typename Value::Pack;
    }
struct has_an_order<Dual<Value>> {
    using type = Value;
};

/// The smaller of a square and a limit, where numbers have an order; in the exact families, of dual
/// numbers, and of a kind of numbers of your own, the square: GELU there is made of numbers that may leave the range.
template <class Number>
[[nodiscard]] constexpr Number square_up_to(Number const& square, [[maybe_unused]] int limit) {
    if constexpr (std::floating_point<Number> || functions::is_error_bound<Number> ||
                  requires { typename Number::Pack; }) {
        return smaller(square, Number(limit));
    } else {
        return square;
    }
}

/// A dual number with the value nearest to its own from -limit to limit; any other number as it is.
template <class Number>
[[nodiscard]] constexpr Number dual_within(Number const& z, [[maybe_unused]] int limit) {
    if constexpr (requires { typename has_an_order<Number>::type; }) {
        using Value = typename has_an_order<Number>::type;
        return Number(smaller(larger(z.value, Value(-limit)), Value(limit)), z.derivative);
    } else {
        return z;
    }
}

}  // namespace activations

/// GELU in its tanh form.
///
/// Source: [Hendrycks2016] sec. 2. Exactness: value and derivative within 4 u of |z| + 1, u half the distance from 1 to the next number, and what tanh
/// is off. Below z = -1 that is not small beside the result, which is z times a difference of nearly equal numbers: in float GELU(-4) is off by
/// 4.5e-4 of itself, and from -6 on it is -0, as in the paper's code. In the exact families tanh is any t with t' = 1 - t^2 and sqrt(2/pi) any
/// number. Cost: a tanh and 12 multiplications. Errors: at -infinity the value is NaN, and at both
/// the derivative, which are 0 times infinity there; for a finite z from |z| = 100 on, where the derivative of tanh is 0, what it is
/// multiplied with stays finite. Test: tests/unit/functions.cpp, tests/static/functions.cpp.
struct GELU : IsAskedAt {
    struct RootOfTwoOverPi {
        static constexpr std::uint64_t name = functions::hash(FunctionName("sqrt(2/pi)"));
        static constexpr long double digits = 0.797884560802865355879892119868763737L;
    };

    template <class Number>
    [[nodiscard]] static constexpr ValueAndDerivative<Number> at(Number const& z) {
        constexpr auto cubic = 0.044715_exact;
        constexpr auto thrice = ratio<3> * cubic;
        Number const root = constant_of<RootOfTwoOverPi, Number>();
        Number const near = activations::dual_within(z, 100);
        Number const square = near * near;
        auto const t = value_and_derivative<HyperbolicTangent>(Number(root * (near + Number(cubic) * square * near)));
        Number const half_z = Number(half) * near;
        Number const upper = Number(half) + Number(half) * t.value;
        return {z * upper, upper + half_z * t.derivative * root *
                                       (Number(1) + Number(thrice) * activations::square_up_to(square, 10000))};
    }
};

/// ReLU, whose derivative at 0 is 0. Exactness: exact; NaN stays NaN. In the exact families, which have no order, any function with
/// a derivative, and not this one. Test: as GELU.
struct ReLU : IsAskedAt {
    template <class Number>
    [[nodiscard]] static constexpr ValueAndDerivative<Number> at(Number const& z) {
        if constexpr (requires { typename Number::Pack; }) {
            return {larger(z, Number(0)),
                    Number(z.pack > typename Number::Pack{} ? Number(1).pack : typename Number::Pack{})};
        } else if constexpr (std::floating_point<Number>) {
            return {larger(z, Number(0)), Number(static_cast<int>(z > Number(0)))};
        } else if constexpr (std::same_as<Number, Counted>) {
            return {z, z};
        } else if constexpr (functions::is_error_bound<Number>) {
            Number const value = larger(z, Number(0));
            return {value, value / z};  // unknown where rounding may decide which
        } else if constexpr (requires { typename activations::has_an_order<Number>::type; }) {
            auto const of_value = at(z.value);  // a dual number; ReLU'' is 0
            return {Number(of_value.value, of_value.derivative * z.derivative),
                    Number(of_value.derivative, decltype(Number::value)(0))};
        } else {
            return AnyFunction<"ReLU">::at(z);
        }
    }
};

/// The sum of Coefficient z^k over k, of whole coefficients. Exactness: a rounding per operation; exact in exact families. At infinity
/// value and derivative are the limits, of floats and lanes. Test: as GELU.
template <int... Coefficient>
struct PolynomialActivation : IsAskedAt {
    template <class Number>
    [[nodiscard]] static constexpr ValueAndDerivative<Number> at(Number const& z) {
        static_assert(sizeof...(Coefficient) > 0, "a polynomial activation has at least one coefficient");
        constexpr int coefficients[] = {Coefficient...};
        constexpr int highest = [&] {
            int power = static_cast<int>(sizeof...(Coefficient)) - 1;
            while (power > 0 && coefficients[power] == 0) {
                --power;
            }
            return power;
        }();
        ValueAndDerivative<Number> sum{Number(coefficients[highest]), Number(0)};
        if constexpr (highest > 0) {  // without 0 z, which is no number at infinity
            sum = {sum.value * z + Number(coefficients[highest - 1]), sum.value};
        }
        for (int k = highest - 2; k >= 0; --k) {
            sum = {sum.value * z + Number(coefficients[k]), sum.derivative * z + sum.value};
        }
        return sum;
    }
};

/// z.
using Identity = PolynomialActivation<0, 1>;

}  // namespace incontext
