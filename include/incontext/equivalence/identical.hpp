// SPDX-License-Identifier: MIT
/// @file
/// identical<D>(a, b): two token updates are the same polynomial map **for the named sizes**.
///
/// Both are evaluated exactly, in the field of integers modulo 2^61 - 1, with pseudo-random learning rate, weights and
/// tokens. If they differ as polynomials of degree k in those witnesses, a random draw shows it but with probability
/// at most 2k / 2^61 [Schwartz1980], [Zippel1979] (2, because a residue has probability up to 2 / 2^61); k is counted by
/// running the same operators on Degree. For Prop. 1, k = 5 and the bound is 4.4e-18. A difference that is reported is
/// always real.
#pragma once

#include <stdexcept>
#include <type_traits>

#include "incontext/equivalence/arbitrary.hpp"
#include "incontext/equivalence/difference.hpp"
#include "incontext/number/degree.hpp"

namespace incontext {

/// How often the updates are applied in a row, and which witnesses are drawn.
struct Trial {
    int applications = 1;
    std::uint32_t seed = 0;
};

/// The first difference between two updates in exact arithmetic, or none.
///
/// expected, actual: functions from Arbitrary to a TokenUpdate (see arbitrary.hpp), or token updates without unknowns.
/// Usable at compile time and, for sizes beyond the compilers' limits, at run time. The difference is shown with small
/// whole witnesses where these show it too, so that it can be followed by hand.
/// Exactness: exact; "none" is wrong with at most the probability above. Cost: each update `applications` times.
/// Errors: fewer than one application throws std::invalid_argument (at compile time: does not compile). Test: tests/static/identical.cpp, tests/static/refutation.cpp.
/// Number = Rational asks in fractions with witnesses in -3..3: for small sizes, and without a claim of probability.
template <Dimensions Sizes, class Number = Modular, class Expected, class Actual>
[[nodiscard]] constexpr Difference first_difference(Expected const& expected, Actual const& actual, Trial trial = {});

/// The sentence for an argument that holds values: a consteval function cannot see them, only the type.
/// Test: tests/compile_fail/identical_of_values.cpp.
template <class Statement>
struct a_statement_must_not_hold_values {
    static_assert(std::is_empty_v<Statement>,
                  "identical compares types: pass a lambda without captures, from Arbitrary to an update, or an update "
                  "without members; to compare values use first_difference or different");
    static constexpr bool value = true;
};
template <class Statement>
inline constexpr bool is_statement = a_statement_must_not_hold_values<Statement>::value;

/// True, or a compile-time error that names the first difference: token, row, expected, actual.
///
///     static_assert(identical<Dimensions{.input = 10, .output = 1, .context = 10}>(gradient_step, my_layer));
///
/// To ask without failing, use `different`. Applications: how often in a row.
/// Cost at input 10, output 1, context 10: within both compilers' default constexpr limits.
/// Errors: a difference does not compile. Test: tests/static/identical.cpp, tests/compile_fail/identical_*.cpp.
template <Dimensions Sizes, int Applications = 1, class Expected, class Actual>
[[nodiscard]] consteval bool identical(Expected, Actual) {
    static_assert(is_statement<Expected> && is_statement<Actual>, "see the first error");
    static_assert(Applications >= 1, "identical: zero applications would be true of any two updates");
    constexpr Difference first = first_difference<Sizes>(Expected{}, Actual{}, {.applications = Applications});
    return the_two_updates_differ_at<first>::value;
}

/// True if the updates differ, with a witness; false if no difference was found. The negation of `identical` as a plain
/// answer. Test: tests/static/refutation.cpp.
template <Dimensions Sizes, class Number = Modular, class Expected, class Actual>
[[nodiscard]] constexpr bool different(Expected const& expected, Actual const& actual, Trial trial = {}) {
    return static_cast<bool>(first_difference<Sizes, Number>(expected, actual, trial));
}

/// k: the degree of an update's result as a polynomial in its unknowns and the prompt's entries (an upper bound).
///
/// Exactness: an upper bound. Cost: the update's on integers. Errors: none. Test: tests/static/identical.cpp.
template <Dimensions Sizes, class Update>
[[nodiscard]] constexpr int degree_of(Update const& update, int applications = 1);

/// The probability that a difference between the two updates escapes `identical`: 2 max(k_a, k_b) / 2^61.
template <Dimensions Sizes, class Expected, class Actual>
[[nodiscard]] constexpr double escape_probability(Expected const& expected, Actual const& actual,
                                                  int applications = 1) {
    int const a = degree_of<Sizes>(expected, applications);
    int const b = degree_of<Sizes>(actual, applications);
    return 2.0 * (a > b ? a : b) / static_cast<double>(Modular::modulus);
}

// ------------------------------------------------------------------------------------------------------- details ----

/// Degree: every unknown has degree 1.
template <>
struct Unknown<Degree> {
    static constexpr Degree draw(WitnessKey const&, char const*, Axis, Axis, std::uint32_t) {
        return Degree::unknown();
    }
};

namespace exact_trial {

/// The update for these unknowns: the statement asked, or the update itself where it has none.
template <class Statement, class Any>
constexpr auto asked(Statement const& statement, Any const& any) {
    if constexpr (requires { statement(any); }) {
        return statement(any);
    } else {
        return statement;
    }
}

/// The prompt after the update was applied several times.
template <class Update, class APrompt>
constexpr APrompt applied(Update const& update, APrompt prompt, int applications) {
    static_assert(TokenUpdate<Update, APrompt>,
                  "an update must be callable with a Prompt of these Dimensions and return one of the same type");
    for (int application = 0; application < applications; ++application) {
        prompt = update(prompt);
    }
    return prompt;
}

template <AnyMatrix Tokens>
constexpr Difference first_in(Tokens const& expected, Tokens const& actual, int first_token) {
    for (int col = 0; col < cols_of<Tokens>; ++col) {
        for (int row = 0; row < rows_of<Tokens>; ++row) {
            if (!(expected(row, col) == actual(row, col))) {
                return {first_token + col, row, as_fraction(expected(row, col)), as_fraction(actual(row, col))};
            }
        }
    }
    return {};
}

template <class Any, class Expected, class Actual>
constexpr Difference difference_for(Any const& any, Expected const& expected, Actual const& actual, int applications) {
    auto const a = applied(asked(expected, any), any.prompt(), applications);
    auto const b = applied(asked(actual, any), any.prompt(), applications);
    if (Difference const in_context = first_in(a.context, b.context, 0)) {
        return in_context;
    }
    return first_in(a.query, b.query, Any::dimensions.context);
}

}  // namespace exact_trial

template <Dimensions Sizes, class Number, class Expected, class Actual>
constexpr Difference first_difference(Expected const& expected, Actual const& actual, Trial trial) {
    static_assert(are_valid_dimensions<Sizes>, "the sizes are listed in the first error");
    if (trial.applications < 1) {
        throw std::invalid_argument("first_difference: zero applications would be true of any two updates");
    }
    Arbitrary<Sizes, Number> const any{.seed = trial.seed};
    Difference const found = exact_trial::difference_for(any, expected, actual, trial.applications);
    if (!found) {
        return found;
    }
    Arbitrary<Sizes, Number> const small{.seed = trial.seed, .witnesses = Witnesses::small};
    Difference const legible = exact_trial::difference_for(small, expected, actual, trial.applications);
    return legible ? legible : found;
}

template <Dimensions Sizes, class Update>
constexpr int degree_of(Update const& update, int applications) {
    Arbitrary<Sizes, Degree> const any{};
    auto const updated = exact_trial::applied(exact_trial::asked(update, any), any.prompt(), applications);
    int largest = 0;
    auto const see = [&](auto const& tokens) {
        for (int col = 0; col < cols_of<decltype(tokens)>; ++col) {
            for (int row = 0; row < rows_of<decltype(tokens)>; ++row) {
                int const degree = tokens(row, col).degree();
                largest = degree > largest ? degree : largest;
            }
        }
    };
    see(updated.context);
    see(updated.query);
    return largest;
}

}  // namespace incontext
