// SPDX-License-Identifier: MIT
/// @file
/// What exact and symbolic numbers refuse, each in one sentence: to be made from floating-point numbers, to be ordered, to
/// have a root or an exponential, to be divided by zero.
///
/// A proof is about the numbers that run. 0.1 is not one tenth in float, and 0.5 as an integer is 0; a comparison has another
/// answer at the point that is drawn than at most others; exp has no exact value. So none of them exists here.
///
/// Classes of numbers and matrices are members of incontext::algebra, which holds them and their operators: what is found by
/// argument-dependent lookup from Modular must be what is found from double, which is nothing. Functions of numbers that round
/// (exp, tanh, log, sqrt, abs, larger, smaller, where_below of lanes and of bounds) are found so, as those of float are by
/// `using`; exact numbers have none of them. Test: tests/static/own_names.cpp.
#pragma once

#include <concepts>
#include <stdexcept>
#include <type_traits>

#include "incontext/support/failure.hpp"
#include "incontext/support/message.hpp"

namespace incontext {

/// Test: tests/compile_fail/exact_number_from_a_fraction.cpp.
template <class Number, class Given>
struct an_exact_number_is_not_made_from_a_floating_point_number {
    static_assert(never<Given>,
                  "an exact number is made from integers only: 0.5 would become 0. Write a constant exactly: half, "
                  "ratio<3, 4>, 0.75_exact (number/constant.hpp), or Number(3) / Number(4)");
    static constexpr int value = 0;
};

/// Test: tests/compile_fail/exact_numbers_have_no_order.cpp, exact_numbers_have_no_exponential.cpp.
template <class Number>
struct an_exact_number_has_no_order_and_no_such_function {
    static_assert(never<Number>,
                  "this family of numbers has +, -, *, / and no more: no <, max, abs, sqrt, exp, log, tanh, pow. Write "
                  "value_of<Exponential>(x) (number/function.hpp), which is any function here, or compare the rule "
                  "with `agree`, in "
                  "floating point");
    static constexpr bool value = false;
};

/// Test: tests/compile_fail/exact_numbers_have_no_epsilon.cpp, exact_numbers_have_no_flags.cpp.
template <class Number>
struct an_exact_number_has_no_epsilon_and_no_infinity {
    static_assert(
        never<Number>,
        "an exact number has no std::numeric_limits: no epsilon, infinity, min and max. Make such a constant a "
        "parameter of the rule (any.scalar), or write it exactly: ratio<1, 100000>");
    static constexpr int value = 0;
};

/// Test: tests/compile_fail/comparison_of_entries.cpp.
template <class Number>
struct a_symbol_is_not_compared {
    static_assert(never<Number>,
                  "a symbol stands for every value, so it is not compared: write the operator without a branch on its "
                  "entries (a mask is a factor that is 0 or 1)");
    static constexpr bool value = false;
};

/// Test: tests/compile_fail/number_as_a_condition.cpp, lanes_as_a_condition.cpp.
template <class Number, class Other>
struct this_number_is_not_converted_to_another {
    static_assert(
        never<Number>,
        "this number is no bool, integer or floating-point number, and no condition of an if: an exact number and a "
        "bound stand for many values, and lanes hold those of several tasks. Write the operator without a branch on "
        "its "
        "entries (a mask is a factor that is 0 or 1); of lanes, a[lane] is one number");
    static constexpr bool value = false;
};

/// Does not compile where it is read, and where it is only declared it does.
template <class Number>
inline constexpr int refused_constant = an_exact_number_has_no_epsilon_and_no_infinity<Number>::value;

/// Who is not to be asked.
struct NoLimits {};

/// Base of std::numeric_limits of an exact number: the standard library would answer 0 for epsilon, infinity and largest.
/// Test: tests/compile_fail/exact_numbers_have_no_epsilon.cpp, exact_numbers_have_no_flags.cpp.
template <class Number>
struct ExactNumbersHaveNoLimits : NoLimits {
    static constexpr bool is_specialized = true;
    static constexpr bool is_signed = true;
    static constexpr bool is_integer = false;
    // What differs from float and double is asked by who does something else there.
    static constexpr bool is_exact = refused_constant<Number>;
    static constexpr bool is_iec559 = refused_constant<Number>;
    static constexpr bool is_bounded = refused_constant<Number>;
    static constexpr bool is_modulo = refused_constant<Number>;
    static constexpr bool has_infinity = refused_constant<Number>;
    static constexpr bool has_quiet_NaN = refused_constant<Number>;
    static constexpr bool has_signaling_NaN = refused_constant<Number>;
    static constexpr bool traps = refused_constant<Number>;
    static constexpr bool tinyness_before = refused_constant<Number>;
    static constexpr int has_denorm = refused_constant<Number>;
    static constexpr int has_denorm_loss = refused_constant<Number>;
    static constexpr int round_style = refused_constant<Number>;
    static constexpr int digits = refused_constant<Number>;
    static constexpr int digits10 = refused_constant<Number>;
    static constexpr int max_digits10 = refused_constant<Number>;
    static constexpr int radix = refused_constant<Number>;
    static constexpr int min_exponent = refused_constant<Number>;
    static constexpr int min_exponent10 = refused_constant<Number>;
    static constexpr int max_exponent = refused_constant<Number>;
    static constexpr int max_exponent10 = refused_constant<Number>;

    static constexpr Number epsilon() noexcept { return refused<>(); }
    static constexpr Number infinity() noexcept { return refused<>(); }
    static constexpr Number quiet_NaN() noexcept { return refused<>(); }
    static constexpr Number signaling_NaN() noexcept { return refused<>(); }
    static constexpr Number min() noexcept { return refused<>(); }
    static constexpr Number max() noexcept { return refused<>(); }
    static constexpr Number lowest() noexcept { return refused<>(); }
    static constexpr Number denorm_min() noexcept { return refused<>(); }
    static constexpr Number round_error() noexcept { return refused<>(); }

  private:
    template <class Refused = Number>
    static constexpr int refused() {
        return an_exact_number_has_no_epsilon_and_no_infinity<Refused>::value;
    }
};

/// At run time these throw; in a constant expression both compilers print the name of the function.
/// Test: tests/unit/numbers.cpp, tests/compile_fail/division_by_zero.cpp.
[[noreturn]] inline void an_exact_number_is_divided_by_zero() {
    fail<std::domain_error>("incontext: an exact number is divided by zero");
}
/// The same, with this sentence. Test: tests/compile_fail/function_at_its_pole.cpp, form_that_pads_with_zero_keys.cpp.
[[noreturn]] inline void a_function_is_asked_at_its_pole() {
    fail<std::domain_error>("incontext: 1/sqrt, or another function with a pole at 0, is asked at 0");
}
/// The same, with this sentence. Test: tests/compile_fail/number_that_was_never_written.cpp,
/// result_that_was_never_written.cpp.
[[noreturn]] inline void a_number_is_read_that_nobody_wrote() {
    fail<std::logic_error>("incontext: an entry of a matrix is read that nobody wrote");
}
/// The same, with this sentence.
[[noreturn]] inline void an_integer_is_too_large_for_this_exact_number() {
    fail<std::overflow_error>("incontext: an integer is too large for this exact number");
}

/// The same, with this sentence. Test: tests/unit/matrix.cpp, tests/compile_fail/entry_of_another_row.cpp.
[[noreturn]] inline void an_entry_is_asked_for_that_lies_outside_of_its_matrix() {
    fail<std::out_of_range>("incontext: an entry is asked for that lies outside of its matrix");
}

/// |integer|, of any integer type: the smallest one has a magnitude, too. Exact. Errors: a wider integer that 62 bits do not
/// hold throws std::overflow_error, or does not compile. Test: tests/unit/numbers.cpp, tests/static/integer_of_128_bits.cpp.
template <std::integral Integer>
[[nodiscard]] constexpr unsigned long long magnitude_of(Integer integer) {
    if constexpr (sizeof(Integer) > sizeof(long long)) {  // __int128 is an integer to the library under -std=gnu++20
        constexpr Integer largest = (Integer{1} << 62) - 1;
        if (integer > largest || (std::is_signed_v<Integer> && integer < -largest)) {
            an_integer_is_too_large_for_this_exact_number();
        }
    }
    if constexpr (std::is_signed_v<Integer>) {
        return integer < 0 ? static_cast<unsigned long long>(-(integer + 1)) + 1
                           : static_cast<unsigned long long>(integer);
    } else {
        return static_cast<unsigned long long>(integer);
    }
}

namespace algebra {

/// Base of a number class that has neither order nor transcendental functions: whoever asks is told so.
///
/// They are friends, so that they are found where the code says `using std::exp; exp(x)`. Test: as above.
template <class Number>
struct RefusesOrder {
    friend constexpr bool operator<(Number const&, Number const&) { return refused<>(); }
    friend constexpr bool operator>(Number const&, Number const&) { return refused<>(); }
    friend constexpr bool operator<=(Number const&, Number const&) { return refused<>(); }
    friend constexpr bool operator>=(Number const&, Number const&) { return refused<>(); }
    friend constexpr Number abs(Number const& a) { return refused<>(), a; }
    friend constexpr Number fabs(Number const& a) { return refused<>(), a; }
    friend constexpr Number sqrt(Number const& a) { return refused<>(), a; }
    friend constexpr Number exp(Number const& a) { return refused<>(), a; }
    friend constexpr Number log(Number const& a) { return refused<>(), a; }
    friend constexpr Number tanh(Number const& a) { return refused<>(), a; }
    friend constexpr Number sin(Number const& a) { return refused<>(), a; }
    friend constexpr Number cos(Number const& a) { return refused<>(), a; }
    friend constexpr Number floor(Number const& a) { return refused<>(), a; }
    friend constexpr Number ceil(Number const& a) { return refused<>(), a; }
    friend constexpr Number round(Number const& a) { return refused<>(), a; }
    friend constexpr Number erf(Number const& a) { return refused<>(), a; }
    template <class Exponent>
    friend constexpr Number pow(Number const& a, Exponent const&) {
        return refused<>(), a;
    }

    /// Does not compile, with one sentence: `if (x)`, static_cast<int>(x).
    template <class Other>
        requires std::is_arithmetic_v<Other>
    constexpr explicit operator Other() const {
        return static_cast<Other>(this_number_is_not_converted_to_another<Number, Other>::value);
    }

  private:
    /// A template, so that it is refused where it is used and not where the class is named.
    template <class Refused = Number>
    static constexpr bool refused() {
        return an_exact_number_has_no_order_and_no_such_function<Refused>::value;
    }
};

}  // namespace algebra
using algebra::RefusesOrder;

}  // namespace incontext
