// SPDX-License-Identifier: MIT
// Functions that nobody evaluates: their derivatives, by dual numbers, and what is told apart.
#include "incontext/number/activation.hpp"
#include "incontext/number/function.hpp"

namespace {

using namespace incontext;
using Pair = Dual<Modular>;

constexpr Modular points[] = {0, 1, -1, 2, 55, 123456789};
constexpr Modular direction = 7;

/// A dual number goes through a function by the derivative that the function says; that this is the derivative is below.
template <class Function>
constexpr bool derivative_is_right() {
    for (Modular const& x : points) {
        if (HasPoleAtZero<Function> && x.residue() == 0) {
            continue;  // refused: tests/unit/functions.cpp
        }
        auto const at = value_and_derivative<Function>(x);
        if (!(value_of<Function>(Pair(x, direction)) == Pair(at.value, at.derivative * direction))) {
            return false;
        }
    }
    return true;
}
static_assert(derivative_is_right<Exponential>());
static_assert(derivative_is_right<HyperbolicTangent>());
static_assert(derivative_is_right<ReciprocalRoot>());
static_assert(derivative_is_right<AnyFunction<"f">>());
static_assert(HasPoleAtZero<ReciprocalRoot> && !HasPoleAtZero<Exponential> && !HasPoleAtZero<AnyFunction<"f">>);

/// Of an activation, whose formula is made of such functions, this is a statement: GELU's derivative follows from t' = 1 - t^2.
template <class AnActivation>
constexpr bool activation_is_right() {
    for (Modular const& x : points) {
        auto const at = AnActivation::at(x);
        if (!(AnActivation::at(Pair(x, direction)).value == Pair(at.value, at.derivative * direction))) {
            return false;
        }
    }
    return true;
}
static_assert(activation_is_right<GELU>());
static_assert(activation_is_right<ReLU>());
static_assert(activation_is_right<Identity>());
static_assert(activation_is_right<PolynomialActivation<1, -2, 0, 5>>());
static_assert(activation_is_right<AnyFunction<"f">>());
static_assert(activation_is_right<Exponential>());

// What a function is defined by: a formula for its derivative.
static_assert(value_and_derivative<AnyFunction<"f">>(Modular(3)).derivative ==
              value_of<AnyFunction<"f", 1>>(Modular(3)));
static_assert(value_and_derivative<AnyFunction<"f", 1>>(Modular(3)).derivative ==
              value_of<AnyFunction<"f", 2>>(Modular(3)));
static_assert(ReLU::at(Modular(3)).derivative == value_of<AnyFunction<"ReLU", 1>>(Modular(3)));
static_assert(value_and_derivative<Exponential>(Modular(3)).derivative == value_of<Exponential>(Modular(3)));
static_assert([] {
    auto const at = value_and_derivative<HyperbolicTangent>(Modular(3));
    return at.derivative + at.value * at.value == Modular(1);
}());
static_assert([] {
    auto const at = value_and_derivative<ReciprocalRoot>(Modular(3));
    return at.derivative + at.derivative + at.value * at.value * at.value == Modular(0);
}());
static_assert(PolynomialActivation<1, -2, 0, 5>::at(Modular(2)).value == Modular(1 - 4 + 40));
static_assert(PolynomialActivation<1, -2, 0, 5>::at(Modular(2)).derivative == Modular(-2 + 60));
static_assert(Identity::at(Modular(9)).value == Modular(9) && Identity::at(Modular(9)).derivative == Modular(1));

// One value at one point; others at another point, of another name, and of the derivative.
static_assert(value_of<AnyFunction<"f">>(Modular(3)) == value_of<AnyFunction<"f">>(Modular(1) + Modular(2)));
static_assert(!(value_of<AnyFunction<"f">>(Modular(3)) == value_of<AnyFunction<"f">>(Modular(4))));
static_assert(!(value_of<AnyFunction<"f">>(Modular(3)) == value_of<AnyFunction<"g">>(Modular(3))));
static_assert(!(value_of<AnyFunction<"f">>(Modular(3)) == value_of<AnyFunction<"f", 1>>(Modular(3))));
static_assert(!(value_and_derivative<AnyFunction<"f">>(Modular(3)).derivative ==
                value_of<AnyFunction<"f">>(Modular(3))));
static_assert(!(value_of<AnyFunction<"function">>(Modular(3)) == value_of<AnyFunction<"functioning">>(Modular(3))));
static_assert(!(value_of<AnyFunction<"f">>(Modular(1LL << 40)) == value_of<AnyFunction<"f">>(Modular(1LL << 41))));
static_assert(value_of<AnyFunction<"f">>(Rational(1, 2)) == value_of<AnyFunction<"f">>(Rational(2, 4)));
static_assert(functions::drawn(1, 2) != functions::drawn(2, 1) && functions::drawn(1, 2) != functions::drawn(1, 3));
static_assert(functions::drawn(std::uint64_t{1} << 40, 2) != functions::drawn(0, 2));

// Nothing is known of a function but its derivative: what is true of exp alone is refuted.
static_assert(!(value_of<Exponential>(Modular(3) + Modular(4)) ==
                value_of<Exponential>(Modular(3)) * value_of<Exponential>(Modular(4))));

// In degrees a value is an unknown, and its derivative is made of it.
static_assert(value_of<Exponential>(Degree(5)).numerator() == 1 && value_of<Exponential>(Degree(5)).denominator() == 0);
static_assert(value_and_derivative<HyperbolicTangent>(Degree::unknown()).derivative.numerator() == 2);

// An argument of a higher degree keeps it: x^(p-1) is 1 for every x but 0, so f(x^(p-1)) would be taken for f(1) and proved.
constexpr Degree square = Degree::unknown() * Degree::unknown();
static_assert(value_of<Exponential>(square * square).numerator() == 4);
static_assert(value_of<AnyFunction<"f">>(value_of<Exponential>(square)).numerator() == 2);
static_assert(value_of<Exponential>(Degree(1) / square).denominator() == 2);
static_assert(value_and_derivative<ReciprocalRoot>(Degree::unknown()).derivative.numerator() == 3);

// Numbers that count: one for each value.
static_assert([] {
    Operations tally;
    static_cast<void>(GELU::at(Counted(tally)));
    return tally.exponentials;
}() == 1);

}  // namespace
