// SPDX-License-Identifier: MIT
/// @file
/// Functions of one number that are no polynomials: exp, tanh, 1/sqrt; and what a proof knows of them.
///
///     family              f(x)                                                     f'(x)
///     float, lanes        computed (number/elementary.hpp for lanes)               from f(x), as below
///     Dual                f(a) + f'(a) b e                                         the same
///     Modular, Rational   a number that depends on f and x, and on nothing else    from f(x), as below
///     Degree              an unknown, or x where that is larger                    from f(x), as below
///     ErrorBound          bounded by what f does to an interval                    from f(x), as below
///
/// In the exact family a function is **uninterpreted**: its value at each point is drawn once, as if it were one more unknown
/// of the statement. What is proved so holds for every function in its place, of which only this is used:
///
///     Exponential            E' = E
///     HyperbolicTangent      t' = 1 - t^2
///     ReciprocalRoot         r' = -r^3 / 2
///     AnyFunction<"name">    f' is another function
///
/// A statement that needs more, such as exp(a + b) = exp(a) exp(b), is refuted although it is true of exp: a refutation says
/// "not for every function". So are 1/sqrt(8) and (1/2) 1/sqrt(2): the values at 8 and at 2 are drawn by themselves.
///
/// A function says `has_pole_at_zero` where f(0) is infinite, as 1/sqrt is: asked at 0, it is refused as 1/0 is. In the numbers that run
/// it makes infinity there, and NaN of infinity times 0. Of other points at which a function is not defined nothing is known.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "incontext/number/constant.hpp"
#include "incontext/number/counted.hpp"
#include "incontext/number/degree.hpp"
#include "incontext/number/dual.hpp"
#include "incontext/number/elementary.hpp"
#include "incontext/number/error_bound.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/number/number.hpp"
#include "incontext/number/polynomial.hpp"
#include "incontext/number/rational.hpp"
#include "incontext/support/fnv1a.hpp"
#include "incontext/support/message.hpp"
#include "incontext/support/threefry.hpp"

namespace incontext {

/// A function's value and derivative at one point.
template <class Number>
struct ValueAndDerivative {
    Number value;
    Number derivative;
};

/// A name as a template argument. Test: tests/static/functions.cpp.
template <unsigned Size>
struct FunctionName {
    char characters[Size] = {};

    consteval FunctionName(char const (&name)[Size]) {
        for (unsigned i = 0; i < Size; ++i) {
            characters[i] = name[i];
        }
    }
};

namespace functions {

/// All characters of a name in 64 bits (FNV-1a), so that functions are told apart.
template <unsigned Size>
[[nodiscard]] constexpr std::uint64_t hash(FunctionName<Size> const& name) {
    Fnv1a hash;
    hash.add(std::string_view(name.characters, Size));
    return hash.value();
}

/// 64 random bits that depend on the name and the point. Test: tests/static/functions.cpp.
[[nodiscard]] constexpr std::uint64_t drawn(std::uint64_t name, std::uint64_t point) {
    auto const word = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits & 0xffffffffu); };
    auto const words = threefry2x32(WordPair<std::uint32_t>{word(name >> 32), word(name)},
                                    WordPair<std::uint32_t>{word(point >> 32), word(point)});
    return std::uint64_t{words.first} << 32 | words.second;
}

/// The value of a function that nobody evaluates, in the exact families.
template <class Number>
struct Uninterpreted {
    static constexpr bool exists = false;
};
template <>
struct Uninterpreted<Modular> {
    static constexpr bool exists = true;
    [[nodiscard]] static constexpr bool is_zero(Modular const& x) { return x.residue() == 0; }
    [[nodiscard]] static constexpr Modular at(std::uint64_t name, Modular const& x) {
        return Modular(static_cast<long long>(drawn(name, x.residue()) & Modular::modulus));
    }
};
template <>
struct Uninterpreted<Rational> {  // fractions have no room for more
    static constexpr bool exists = true;
    [[nodiscard]] static constexpr bool is_zero(Rational const& x) { return x.numerator() == 0; }
    [[nodiscard]] static constexpr Rational at(std::uint64_t name, Rational const& x) {
        std::uint64_t const denominator = drawn(name, static_cast<std::uint64_t>(x.denominator()));
        return Rational(1 + static_cast<long long>(drawn(denominator, static_cast<std::uint64_t>(x.numerator())) % 5));
    }
};
template <>
struct Uninterpreted<Degree> {
    static constexpr bool exists = true;
    /// Not known of a degree: the numbers themselves are asked, too.
    [[nodiscard]] static constexpr bool is_zero(Degree const& /*x*/) { return false; }
    /// An unknown, and no less than the argument: x^(p-1) is 1 at every point that can be drawn, and so would be f of both.
    [[nodiscard]] static constexpr Degree at(std::uint64_t /*name*/, Degree const& x) { return Degree::unknown() + x; }
};

/// Test: tests/compile_fail/function_of_a_symbolic_block.cpp.
template <class Number>
struct a_function_is_not_applied_to_a_symbolic_block {
    static_assert(
        never<Number>,
        "exp, tanh and other functions act on entries, and a symbolic block has none: a statement about a layer "
        "with a softmax, an activation or a normalisation is made for named sizes, with identical<sizes>");
    static constexpr bool value = true;
};

template <class Number>
inline constexpr bool is_error_bound = false;
template <class Floating>
inline constexpr bool is_error_bound<ErrorBound<Floating>> = true;

template <class Number>
inline constexpr bool is_dual = false;
template <class Number>
inline constexpr bool is_dual<Dual<Number>> = true;

/// Test: tests/compile_fail/any_function_of_a_float.cpp.
template <class Function, class Number>
struct a_function_has_no_value_in_these_numbers {
    static_assert(
        never<Number>,
        "this function has no value in these numbers: exp, tanh and 1/sqrt run in float, double and lanes of float, "
        "and stand for any function in exact numbers; AnyFunction is for exact numbers alone");
    static constexpr bool value = true;
};

/// The functions of the standard library, and those that are found beside a number.
namespace standard {

using std::exp;
using std::tanh;
template <class Number>
concept HasExponential = !std::integral<Number> && requires(Number const& x) {
    { exp(x) } -> std::convertible_to<Number>;
};
template <class Number>
concept HasHyperbolicTangent = !std::integral<Number> && requires(Number const& x) {
    { tanh(x) } -> std::convertible_to<Number>;
};

}  // namespace standard

}  // namespace functions

template <class Function, class Number>
[[nodiscard]] constexpr ValueAndDerivative<Number> value_and_derivative(Number const& x);

template <class Function>
concept NamedFunction = requires {
    std::uint64_t(Function::name);
};

/// `static constexpr bool has_pole_at_zero = true;` of a function. Test: tests/compile_fail/function_at_its_pole.cpp.
template <class Function>
concept HasPoleAtZero = requires {
    requires Function::has_pole_at_zero;
};

/// Test: tests/compile_fail/value_of_an_activation.cpp.
template <class Function>
struct a_function_has_a_name {
    static_assert(NamedFunction<Function>,
                  "value_of and value_and_derivative take a function with a name, such as Exponential, "
                  "HyperbolicTangent or ReciprocalRoot (number/function.hpp); an activation, GELU or ReLU, is asked "
                  "GELU::at(z)");
    static constexpr bool value = true;
};

/// f(x). Exactness, errors: as Function says; in the exact families as above: f(0) of a function with a pole there throws
/// std::domain_error, or does not compile in a constant expression. A symbolic block does not compile.
/// Test of both: tests/static/functions.cpp, tests/unit/functions.cpp.
template <class Function, class Number>
[[nodiscard]] constexpr Number value_of(Number const& x) {
    static_assert(a_function_has_a_name<Function>::value, "see the first error");
    if constexpr (functions::is_dual<Number>) {
        auto const at = value_and_derivative<Function>(x.value);
        return {at.value, at.derivative * x.derivative};
    } else if constexpr (std::same_as<Number, Polynomial>) {
        static_cast<void>(functions::a_function_is_not_applied_to_a_symbolic_block<Number>{});
        return x;
    } else if constexpr (functions::Uninterpreted<Number>::exists) {
        if constexpr (HasPoleAtZero<Function>) {
            if (functions::Uninterpreted<Number>::is_zero(x)) {
                a_function_is_asked_at_its_pole();
            }
        }
        return functions::Uninterpreted<Number>::at(Function::name, x);
    } else if constexpr (std::same_as<Number, Counted>) {
        return Counted::count(&Operations::exponentials, 1, x);
    } else if constexpr (requires { Function::computed(x); }) {
        return Function::computed(x);
    } else {
        static_cast<void>(functions::a_function_has_no_value_in_these_numbers<Function, Number>{});
        return x;
    }
}

/// f(x) and f'(x), the second made of the first where it can be.
template <class Function, class Number>
[[nodiscard]] constexpr ValueAndDerivative<Number> value_and_derivative(Number const& x) {
    Number const value = value_of<Function>(x);
    return {value, Function::derivative(x, value)};
}

/// E(x) = e^x. Exactness: in float that of std::exp, in lanes that of exp of lanes. Test: tests/unit/functions.cpp.
struct Exponential {
    static constexpr std::uint64_t name = functions::hash(FunctionName("exp"));
    using turns_sums_into_products =
        Exponential;  // E(a + b) = E(a) E(b); a type that derives from it does not inherit this promise

    template <functions::standard::HasExponential Number>
    [[nodiscard]] static constexpr Number computed(Number const& x) {
        using std::exp;
        return exp(x);
    }
    template <class Number>
    [[nodiscard]] static constexpr Number derivative(Number const& /*x*/, Number const& value) {
        return value;
    }

    /// As a weight function of attention.
    template <class Number>
    [[nodiscard]] static constexpr ValueAndDerivative<Number> at(Number const& x) {
        return value_and_derivative<Exponential>(x);
    }
};

/// t(x) = tanh x. As Exponential.
struct HyperbolicTangent {
    static constexpr std::uint64_t name = functions::hash(FunctionName("tanh"));

    template <functions::standard::HasHyperbolicTangent Number>
    [[nodiscard]] static constexpr Number computed(Number const& x) {
        using std::tanh;
        return tanh(x);
    }
    template <class Number>
    [[nodiscard]] static constexpr Number derivative(Number const& /*x*/, Number const& value) {
        return Number(1) - value * value;
    }
};

/// r(x) = 1 / sqrt x, x > 0. As Exponential, but for its exactness: in float and double two roundings, in lanes that of
/// reciprocal_square_root.
struct ReciprocalRoot {
    static constexpr std::uint64_t name = functions::hash(FunctionName("1/sqrt"));
    static constexpr bool has_pole_at_zero = true;

    template <class Number>
        requires std::floating_point<Number> || requires(Number const& x) {
            reciprocal_square_root(x);
        }
    [[nodiscard]] static constexpr Number computed(Number const& x) {
        if constexpr (std::floating_point<Number>) {
            return Number(1) / std::sqrt(x);
        } else {
            return reciprocal_square_root(x);
        }
    }
    template <class Number>
    [[nodiscard]] static constexpr Number derivative(Number const& /*x*/, Number const& value) {
        return -((half * value) * (value * value));  // value^3 may leave the range where its half does not
    }
};

/// Any function f with derivatives f', f'', ..., in the exact families alone: a statement about it is one about every function.
template <FunctionName Name, int Order = 0>
struct AnyFunction {
    static constexpr std::uint64_t name = functions::drawn(functions::hash(Name), Order);

    template <class Number>
    [[nodiscard]] static constexpr Number derivative(Number const& x, Number const& /*value*/) {
        return value_of<AnyFunction<Name, Order + 1>>(x);
    }

    /// As an activation or a weight function.
    template <class Number>
    [[nodiscard]] static constexpr ValueAndDerivative<Number> at(Number const& x) {
        return value_and_derivative<AnyFunction>(x);
    }
};

/// A constant that is no fraction, such as sqrt(2 / pi): its digits where numbers run, any number in the exact families.
/// Exactness: a rounding. Test: tests/static/functions.cpp.
template <class Constant, class Number>
[[nodiscard]] constexpr Number constant_of() {
    if constexpr (functions::is_dual<Number>) {
        return Number(constant_of<Constant, decltype(Number::value)>(), decltype(Number::value)(0));
    } else if constexpr (functions::Uninterpreted<Number>::exists) {
        return functions::Uninterpreted<Number>::at(Constant::name, Number(0));
    } else if constexpr (requires { typename Number::Lane; }) {
        return Number(static_cast<typename Number::Lane>(Constant::digits));
    } else if constexpr (std::same_as<Number, Counted>) {
        return Number(1);
    } else if constexpr (std::floating_point<Number>) {
        return static_cast<Number>(Constant::digits);
    } else if constexpr (requires { Number{Constant::digits}; }) {  // in braces: an int is not made of digits
        return Number{Constant::digits};
    } else if constexpr (requires { Number{static_cast<double>(Constant::digits)}; }) {  // and of int or double
        return Number{static_cast<double>(Constant::digits)};
    } else {
        static_cast<void>(functions::a_function_has_no_value_in_these_numbers<Constant, Number>{});
        return Number(0);
    }
}

}  // namespace incontext
