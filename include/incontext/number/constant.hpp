// SPDX-License-Identifier: MIT
/// @file
/// Exact constants: half, ratio<3, 4>, 0.75_exact. They mean the same number in every family.
///
///     auto const step = half * rate * gradient;         float, double, lanes, exact or symbolic: one source
///     Number(ratio<3, 4>)                                a number of its own
///
/// A floating-point literal would be another number in exact arithmetic (0.1 is not 1/10) and is refused there.
#pragma once

#include <concepts>
#include <numeric>
#include <type_traits>
#include <utility>

#include "incontext/support/message.hpp"

namespace incontext {

/// Test: tests/compile_fail/constant_with_a_wrong_denominator.cpp.
template <long long Numerator, long long Denominator>
struct an_exact_constant_has_a_positive_denominator {
    static_assert(Denominator > 0, "the denominator of an exact constant is a positive integer");
    static constexpr bool value = true;
};

namespace constants {

template <class Number>
inline constexpr bool has_whole_lanes = false;
template <class Number>
    requires requires {
        typename Number::Lane;
    }
inline constexpr bool has_whole_lanes<Number> = std::integral<typename Number::Lane>;

/// Whether lanes of integers hold an integer. std::in_range would not be asked about char and bool.
template <class Lane, long long Integer>
inline constexpr bool is_held = static_cast<long long>(static_cast<Lane>(Integer)) == Integer &&
                                (static_cast<Lane>(Integer) < Lane{}) == (Integer < 0);

}  // namespace constants

/// Test: tests/compile_fail/constant_beyond_lanes_of_integers.cpp.
template <class Number, long long Integer>
struct lanes_of_integers_hold_an_exact_constant {
    static_assert(constants::is_held<typename Number::Lane, Integer>,
                  "lanes of integers do not hold this exact constant, and would hold another one: take lanes of wider "
                  "integers, or of a type with a sign");
    static constexpr bool value = true;
};

namespace constants {

/// The integer as a number. By an int where it is one, as a kind of numbers asks for no more; by braces where it is not, so
/// that a kind that is made from int alone does not compile in place of another integer.
template <class Number, long long Integer>
[[nodiscard]] constexpr Number whole() {
    if constexpr (has_whole_lanes<Number>) {
        static_assert(lanes_of_integers_hold_an_exact_constant<Number, Integer>::value, "see the first error");
    }
    if constexpr (std::floating_point<Number>) {
        return static_cast<Number>(Integer);
    } else if constexpr (std::in_range<int>(Integer)) {
        return Number(static_cast<int>(Integer));
    } else {
        return Number{Integer};
    }
}

}  // namespace constants

/// A type with 1 and division: what a constant with this denominator can become. Lanes of integers hold no fraction.
template <class Number, long long Denominator>
concept ConstantsBecome = std::floating_point<Number> ||
    (std::is_class_v<Number> && (Denominator == 1 || !constants::has_whole_lanes<Number>)&&requires {
        { Number(1) / Number(2) } -> std::same_as<Number>;
    });

/// Test: tests/compile_fail/constant_beside_an_integer.cpp.
template <class AConstant, class Integer>
struct an_integer_beside_a_constant_is_exact_too {
    static_assert(
        never<AConstant>,
        "an integer beside an exact constant is written as one: 1_exact - half, or Number(1) - half, which is a "
        "number of the family");
};

/// Numerator / Denominator in lowest terms, as a type. It converts to a number of any family, and multiplies, divides or is
/// added to one, also in place (x *= half); a product with a matrix multiplies every entry (matrix/matrix.hpp).
///
/// Exactness: exact in exact families; in floating point the nearest number, where numerator and denominator have at most 24
/// (float) or 53 bits (double). Cost: none while running. Errors: a denominator that is not positive does not compile, and a
/// fraction does not become lanes of integers; an integer that these do not hold does not compile.
/// Test: tests/unit/constant.cpp (every family), tests/static/constant.cpp.
template <long long Numerator, long long Denominator>
struct Ratio {
    static_assert(an_exact_constant_has_a_positive_denominator<Numerator, Denominator>::value, "see the first error");
    static constexpr long long numerator = Numerator;
    static constexpr long long denominator = Denominator;

    template <ConstantsBecome<Denominator> Number>
    [[nodiscard]] constexpr operator Number() const {
        if constexpr (Denominator == 1) {
            return constants::whole<Number, Numerator>();
        } else {
            return constants::whole<Number, Numerator>() / constants::whole<Number, Denominator>();
        }
    }

    friend constexpr Ratio<-Numerator, Denominator> operator-(Ratio) { return {}; }

    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator+(Ratio constant, Number const& number) {
        return Number(constant) + number;
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator+(Number const& number, Ratio constant) {
        return number + Number(constant);
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator-(Ratio constant, Number const& number) {
        return Number(constant) - number;
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator-(Number const& number, Ratio constant) {
        return number - Number(constant);
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator*(Ratio constant, Number const& number) {
        return Number(constant) * number;
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator*(Number const& number, Ratio constant) {
        return number * Number(constant);
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator/(Ratio constant, Number const& number) {
        return Number(constant) / number;
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number operator/(Number const& number, Ratio constant) {
        return number / Number(constant);
    }

    // Also of float and double, whose own take no class.
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number& operator+=(Number& number, Ratio constant) {
        return number += Number(constant);
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number& operator-=(Number& number, Ratio constant) {
        return number -= Number(constant);
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number& operator*=(Number& number, Ratio constant) {
        return number *= Number(constant);
    }
    template <ConstantsBecome<Denominator> Number>
    friend constexpr Number& operator/=(Number& number, Ratio constant) {
        return number /= Number(constant);
    }

    // An integer does not say while compiling which one it is: one sentence.
    template <std::integral Integer>
    friend constexpr auto operator+(Ratio, Integer) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
    template <std::integral Integer>
    friend constexpr auto operator+(Integer, Ratio) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
    template <std::integral Integer>
    friend constexpr auto operator-(Ratio, Integer) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
    template <std::integral Integer>
    friend constexpr auto operator-(Integer, Ratio) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
    template <std::integral Integer>
    friend constexpr auto operator*(Ratio, Integer) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
    template <std::integral Integer>
    friend constexpr auto operator*(Integer, Ratio) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
    template <std::integral Integer>
    friend constexpr auto operator/(Ratio, Integer) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
    template <std::integral Integer>
    friend constexpr auto operator/(Integer, Ratio) {
        return an_integer_beside_a_constant_is_exact_too<Ratio, Integer>();
    }
};

namespace constants {

constexpr long long divisor_of(long long numerator, long long denominator) {
    long long const divisor = std::gcd(numerator, denominator);
    return divisor == 0 ? 1 : divisor;
}

template <long long Numerator, long long Denominator>
using Reduced = Ratio<Numerator / divisor_of(Numerator, Denominator), Denominator / divisor_of(Numerator, Denominator)>;

}  // namespace constants

/// Numerator / Denominator. Exactness, errors: as Ratio. Test: tests/static/constant.cpp.
template <long long Numerator, long long Denominator = 1>
inline constexpr constants::Reduced<Numerator, Denominator> ratio{};

/// Sum, difference, product and quotient of constants are constants. Errors: a quotient by 0 does not compile.
template <long long A, long long B, long long C, long long D>
[[nodiscard]] constexpr constants::Reduced<A * D + C * B, B * D> operator+(Ratio<A, B>, Ratio<C, D>) {
    return {};
}
/// The difference, reduced.
template <long long A, long long B, long long C, long long D>
[[nodiscard]] constexpr constants::Reduced<A * D - C * B, B * D> operator-(Ratio<A, B>, Ratio<C, D>) {
    return {};
}
/// The product, reduced.
template <long long A, long long B, long long C, long long D>
[[nodiscard]] constexpr constants::Reduced<A * C, B * D> operator*(Ratio<A, B>, Ratio<C, D>) {
    return {};
}
/// The quotient, reduced; by 0 it does not compile.
template <long long A, long long B, long long C, long long D>
[[nodiscard]] constexpr constants::Reduced<(C < 0 ? -A * D : A * D), (C < 0 ? -B * C : B * C)> operator/(Ratio<A, B>,
                                                                                                         Ratio<C, D>) {
    return {};
}

/// 1/2. Exactness, errors: as Ratio. Test: tests/static/constant.cpp.
inline constexpr Ratio<1, 2> half{};

/// Test: tests/compile_fail/literal_that_is_no_decimal.cpp.
template <char... Characters>
struct an_exact_literal_is_a_decimal_number {
    static_assert(
        never<std::integral_constant<char, Characters>...>,
        "an exact literal is a decimal number such as 3_exact, 0.75_exact or 1.5e-3_exact, of at most 18 digits");
};

inline namespace literals {

/// 0.75_exact is ratio<3, 4>. Not consteval: clang++ 14 would call it while running where a template holds it. Exactness: exact. Errors: other than decimal digits, or more than 18 of them, does not compile.
/// Test: tests/static/constant.cpp.
template <char... Characters>
[[nodiscard]] constexpr auto operator""_exact();

}  // namespace literals

// ------------------------------------------------------------------------------------------------------- details ----

namespace constants {

/// A decimal number: digits 10^exponent; is_read is false where it is none, or too long.
struct Decimal {
    long long numerator = 0;
    long long denominator = 1;
    bool is_read = true;
};

constexpr Decimal decimal(char const* text, int length) {
    constexpr long long largest = 1'000'000'000'000'000'000;  // 10^18
    Decimal result;
    int place = 0;
    int digits = 0;
    bool has_point = false;
    for (; place < length && text[place] != 'e' && text[place] != 'E'; ++place) {
        if (text[place] == '\'') {
            continue;
        }
        if (text[place] == '.') {
            has_point = true;
            continue;
        }
        // 0x1p-1 and 0b1 are refused by their letter, 012 (octal in C++) by its leading zero.
        bool const is_octal = digits == 1 && text[0] == '0' && !has_point;
        if (text[place] < '0' || text[place] > '9' || is_octal || result.numerator >= largest / 10 ||
            result.denominator > largest / 10) {
            return {.is_read = false};
        }
        ++digits;
        result.numerator = 10 * result.numerator + (text[place] - '0');
        result.denominator = has_point ? 10 * result.denominator : result.denominator;
    }
    if (place == length) {
        return result;
    }
    bool const is_negative = text[++place] == '-';
    place += text[place] == '-' || text[place] == '+' ? 1 : 0;
    int exponent = 0;
    for (; place < length; ++place) {
        if (text[place] == '\'') {
            continue;
        }
        exponent = exponent > 18 ? exponent : 10 * exponent + (text[place] - '0');
    }
    for (; exponent > 0; --exponent) {
        long long& grows = is_negative ? result.denominator : result.numerator;
        if (is_negative ? grows > largest / 10 : grows >= largest / 10) {
            return {.is_read = false};
        }
        grows *= 10;
    }
    return result;
}

}  // namespace constants

inline namespace literals {

template <char... Characters>
constexpr auto operator""_exact() {
    constexpr char text[] = {Characters...};
    constexpr auto number = constants::decimal(text, static_cast<int>(sizeof...(Characters)));
    if constexpr (number.is_read) {
        return constants::Reduced<number.numerator, number.denominator>{};
    } else {
        return an_exact_literal_is_a_decimal_number<Characters...>{};
    }
}

}  // namespace literals

}  // namespace incontext
