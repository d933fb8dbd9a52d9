// SPDX-License-Identifier: MIT
/// @file
/// What the operators ask of a number.
///
/// The operators of this library are written once, over matrices of any kind of number:
///
///     float, double        run time                                                     matrix/eigen.hpp
///     Lanes<float, 16>     run time, one task per SIMD lane                             number/lanes.hpp
///     Modular, Rational    exact, also at compile time                                  number/modular.hpp, rational.hpp
///     Polynomial           symbolic: a block of unnamed size                            number/polynomial.hpp
///     Dual, Degree, ErrorBound   what the same source says about derivatives, degrees and rounding errors
///
/// A number is constructed from an integer and has +, -, * and /, and what follows from them: += and ++. Constants that are no integers are written exactly
/// (number/constant.hpp). Symbols are divided by constants and by the number of examples only, and no symbol is compared:
/// what is proved of an operator holds for every value.
#pragma once

#include <concepts>

namespace incontext {

/// What looks into numbers: the trusted base of a proof. Not for operators.
namespace trusted {

/// Opens a symbolic block (matrix/blocks.hpp) or a number. It is not made from {}, nor by a conversion: who opens one writes the name.
/// Test: tests/static/proof.cpp.
struct Key {
    explicit Key() = default;
};

/// The key itself, and nothing that converts to any type. What it opens takes an `IsKey auto`.
template <class T>
concept IsKey = std::same_as<T, Key>;

/// True if a number is known to be zero, so that a product with it need not be made; only exact numbers say so.
/// Test: tests/static/exact_numbers.cpp, tests/static/degree.cpp.
template <class Number>
[[nodiscard]] constexpr bool is_zero(Number const& number) {
    if constexpr (requires { number.is_zero(Key{}); }) {
        return number.is_zero(Key{});
    } else {
        return false;
    }
}

/// Whether a number says of a matrix that begins that nobody wrote its entries. Degree says so, and every proof runs on Degree: a rule
/// that adds to what nobody wrote does not compile. ErrorBound does, too. A class that does not say so begins with Number(0), also one
/// whose `Number x;` has no value. Test: tests/compile_fail/result_that_was_never_written.cpp, tests/unit/own_numbers.cpp.
template <class Number>
inline constexpr bool begins_unwritten = requires {
    Number::unwritten(Key{});
};

}  // namespace trusted

namespace algebra {

/// Base of a number class: +x, and ++x, x++, --x, x--, which add and subtract 1 as they do in float.
///
/// Friends, so that they are found beside the number. Exactness, errors: those of x + Number(1). Test: tests/unit/numbers.cpp
/// (every family).
template <class Number>
struct CountsByOne {
    friend constexpr Number operator+(Number const& a) { return a; }
    friend constexpr Number& operator++(Number& a) { return a = a + Number(1); }
    friend constexpr Number& operator--(Number& a) { return a = a - Number(1); }
    friend constexpr Number operator++(Number& a, int) {
        Number const before = a;
        ++a;
        return before;
    }
    friend constexpr Number operator--(Number& a, int) {
        Number const before = a;
        --a;
        return before;
    }
};

}  // namespace algebra

/// 1/N for a context of N examples: the factor that turns a sum over the context into a mean.
///
/// In the symbolic family a context has no length; there the result is the letter 1/N.
/// Exactness: exact, or one rounding; two where Number does not hold N (in float N above 2^24). Errors: of symbols a context other than one
/// block throws std::logic_error, or does not compile (a context of 0 is excluded by Dimensions).
/// Test: tests/unit/numbers.cpp, tests/unit/error_bound.cpp.
template <class Number>
[[nodiscard]] constexpr Number one_over_context(int context) {
    if constexpr (requires { Number::one_over_context(context); }) {
        return Number::one_over_context(context);
    } else {
        return Number(1) / Number(context);
    }
}

/// N as a number: how many examples a context has. In the symbolic family a size has no value; there it is the letter N,
/// and N 1/N = 1. `Number(shape.context)` would be 1 there, since the context is one block.
///
/// Exactness: exact up to 2^24 in float. Errors: as one_over_context. Test: tests/laws/numbers.cpp, tests/static/proof.cpp.
template <class Number>
[[nodiscard]] constexpr Number context_size(int context) {
    if constexpr (requires { Number::context_size(context); }) {
        return Number::context_size(context);
    } else {
        return Number(context);
    }
}

/// The larger and the smaller of two numbers, lane by lane. Exact. Test: tests/unit/stack.cpp.
template <class Number>
    requires requires(Number const& number) {
        number < number;
    }
[[nodiscard]] constexpr Number larger(Number const& a, Number const& b) {
    return a < b ? b : a;
}
/// The smaller of two numbers that have an order.
template <class Number>
    requires requires(Number const& number) {
        number < number;
    }
[[nodiscard]] constexpr Number smaller(Number const& a, Number const& b) {
    return b < a ? b : a;
}

/// `chosen` where |number| < limit, else 0; lane by lane. Exact. Test: tests/unit/stack.cpp.
///
/// A product with 1 or 0, so that nothing is read on a condition: g++ 12.2 with -O3 and AVX-512 vectorises such a read in
/// a loop over five rows wrongly. A chosen number that is not finite therefore gives NaN outside.
template <class Number>
    requires requires(Number const& number) {
        number < number;
    }
[[nodiscard]] constexpr Number where_below(Number const& number, Number const& limit, Number const& chosen) {
    Number const magnitude = number < Number(0) ? -number : number;
    return chosen * Number(static_cast<int>(magnitude < limit));
}

}  // namespace incontext
