// SPDX-License-Identifier: MIT
/// @file
/// identical<D>(a, b): two token updates are the same map **for the named sizes**.
///
/// Both are evaluated exactly, in the field of integers modulo p = 2^61 - 1, with pseudo-random learning rate, weights and
/// tokens. If they differ as polynomials of degree k in those witnesses, a random draw shows it but with probability
/// at most 2k / p [Schwartz1980], [Zippel1979] (2, because a residue has probability up to 2 / 2^61). k is counted by running
/// the same operators on Degree, and must be at most 2^30: x^p is x for every x of the field, and would be proved equal to
/// it. For Prop. 1, k = 5 and the bound is below 4.4e-18. A difference that is reported is always real; between updates that ask functions
/// (number/function.hpp), for some function in the place of each.
///
/// An update may divide. Then numerators and denominators count, the statement is about the prompts where neither update
/// divides by zero, and one that divides by zero at the drawn point, or asks a function at its pole, is refused. It may not compare its entries or branch on
/// them: Degree has no ==. It may not read a number that nobody wrote: Degree begins without a value, as float does.
/// docs/what_is_proved.md says what goes through nevertheless.
#pragma once

#include <algorithm>
#include <concepts>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "incontext/equivalence/arbitrary.hpp"
#include "incontext/equivalence/difference.hpp"
#include "incontext/number/degree.hpp"

namespace incontext {

/// How often the updates are applied in a row, and which witnesses are drawn: anywhere in the field, or small, for a
/// difference that can be followed by hand.
struct Trial {
    int applications = 1;
    std::uint32_t seed = 0;
    Witnesses witnesses = Witnesses::anywhere;
};

/// What was shown, and on what it rests. True, since what was not shown does not compile. denominator_degree, 0 by symbols, which divide by
/// constants alone, counts no poles of functions (1/sqrt), and no quotient whose numerator, or a factor beside it, is the constant 0. Test: tests/static/proof.cpp.
struct Proof {
    static constexpr int most_sizes = 16;

    bool by_symbols = false;         // for all sizes, as polynomials in whole matrices
    int size_count = 0;              // for these sizes also by numbers: sizes[0] .. sizes[size_count - 1]
    Dimensions sizes[most_sizes]{};  //
    int applications = 1;            // how often in a row
    long long degree = 0;            // the largest degree of a numerator or denominator that was compared by numbers
    long long denominator_degree =
        0;                          // the largest of a denominator: above 0, nothing is said of prompts where one is 0
    double escape_probability = 0;  // that a difference at those sizes was not seen by numbers

    [[nodiscard]] constexpr operator bool() const { return by_symbols || size_count > 0; }
};

/// The first difference between two updates in exact arithmetic, or none.
///
/// expected, actual: functions from Arbitrary to a TokenUpdate (see arbitrary.hpp), or token updates without unknowns.
/// Usable at compile time and, for sizes beyond the compilers' limits, at run time.
/// Exactness: a difference is real; "none" is no proof, since the degree is not asked (identical asks it).
/// Cost: each update `applications` times. Errors: fewer than one application throws
/// std::invalid_argument, a division by zero std::domain_error (at compile time: does not compile).
/// Test: tests/static/identical.cpp, tests/static/refutation.cpp.
/// Number = Rational asks in fractions with witnesses in -3..3 without 0: for small sizes, and without a claim of probability.
template <Dimensions Sizes, class Number = Modular, class Expected, class Actual>
[[nodiscard]] constexpr Difference first_difference(Expected const& expected, Actual const& actual, Trial trial = {});

/// The sentence for an argument that holds values: a consteval function cannot see them, only the type.
/// Test: tests/compile_fail/identical_of_values.cpp, stream_law_of_values.cpp.
template <class Statement>
struct a_statement_must_not_hold_values {
    static constexpr bool value = std::is_empty_v<Statement> && std::is_default_constructible_v<Statement>;
    static_assert(
        value,
        "identical and the law of streams see types alone: pass a lambda without captures, from Arbitrary to "
        "an update, or an update or a form without members that begins without arguments; to compare values use "
        "first_difference or different");
};
/// True, or does not compile, with one sentence; false only beside it, so that nothing else is said.
template <class Statement>
inline constexpr bool is_statement = a_statement_must_not_hold_values<Statement>::value;

/// Test: tests/compile_fail/statement_that_returns_nothing.cpp, statement_of_floats.cpp.
template <class Returned, bool IsOne>
struct a_statement_returns_an_update_of_its_numbers {
    static_assert(
        IsOne,
        "a statement returns the update for its unknowns, in their numbers: this one returns nothing (a return "
        "is missing), or an update of float or double: write typename Any::Scalar in their place");
    static constexpr bool value = IsOne;
};

/// Test: tests/compile_fail/identical_of_an_update_with_a_vector.cpp.
template <class Update, bool OwnsNone>
struct an_update_owns_no_memory {
    static_assert(
        OwnsNone,
        "an update of which something is proved owns no memory, as one does that has a std::vector among its "
        "members, or a destructor: a call could leave there what the next one finds. Hold numbers, std::array "
        "or matrices of fixed size; first_difference and different take it as it is");
    static constexpr bool value = OwnsNone;
};

/// Test: tests/compile_fail/degree_of_the_modulus.cpp, law_of_two_layers_of_softmax.cpp.
template <long long Degree, long long Largest>
struct the_degree_is_not_far_below_the_modulus {
    static_assert(
        Degree <= Largest,
        "the degree of these updates (the first number in this message) is above 2^30, so that a comparison modulo "
        "2^61 - 1 would prove too little: x^(2^61 - 1) is x there. Compare fewer applications or layers; of a "
        "pullback, "
        "laws::first_wrong_derivative<sizes, Layer>() == laws::everything says that no derivative is wrong at one "
        "point");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/identical_beyond_the_limit.cpp, division_by_zero.cpp.
template <bool IsEvaluated>
struct this_comparison_cannot_be_made_while_compiling {
    static_assert(
        IsEvaluated,
        "this comparison cannot be made while compiling. The next errors say why. A function named like a sentence "
        "is the reason itself. A limit of constant evaluation means: too large for a static_assert; ask "
        "first_difference<sizes>(a, b) at run time, in a test, or name smaller sizes");
    static constexpr bool value = true;
};

/// A proof, or a compile-time error that names the first difference: token, row, expected, actual.
///
///     static_assert(identical<Dimensions{.input = 10, .output = 1, .context = 10}>(gradient_step, my_layer));
///
/// To ask without failing, use `different`. Applications: how often in a row. Seed: which witnesses; an update that is
/// built to vanish at the witnesses of one seed is seen with another.
/// Exactness: wrong with probability `escape_probability` of the Proof, at most 2^-30. Cost at input 10, output 1,
/// context 10: within both compilers' default limits; a false statement costs no more than a true one.
/// Errors: a difference, a degree above 2^30, a division by zero, a comparison of entries do not compile.
/// Test: tests/static/identical.cpp, tests/compile_fail/identical_*.cpp.
template <Dimensions Sizes, int Applications = 1, std::uint32_t Seed = 0, class Expected, class Actual>
[[nodiscard]] consteval Proof identical(Expected, Actual);

/// True if the updates differ, with a witness; false if no difference was found. The negation of `identical` as a plain
/// answer. Test: tests/static/refutation.cpp.
template <Dimensions Sizes, class Number = Modular, class Expected, class Actual>
[[nodiscard]] constexpr bool different(Expected const& expected, Actual const& actual, Trial trial = {}) {
    return static_cast<bool>(first_difference<Sizes, Number>(expected, actual, trial));
}

/// k: every entry of an update's result is a polynomial of degree at most k in its unknowns and the prompt's entries, or a
/// quotient of two such polynomials.
///
/// Exactness: an upper bound, at most 2^62. Cost: the update's on integers. Errors: a division by the constant zero, a
/// comparison of entries do not compile. Test: tests/static/identical.cpp.
template <Dimensions Sizes, class Update>
[[nodiscard]] constexpr long long degree_of(Update const& update, int applications = 1);

/// The probability that a difference between the two updates escapes `identical`: 2 k / p, where k is the larger degree, or,
/// where they divide, that of a d - c b for results a / b and c / d. At most 1. Test: tests/static/identical.cpp.
template <Dimensions Sizes, class Expected, class Actual>
[[nodiscard]] constexpr double escape_probability(Expected const& expected, Actual const& actual, int applications = 1);

// ------------------------------------------------------------------------------------------------------- details ----

/// Degree: every unknown has degree 1.
template <>
struct Unknown<Degree> {
    static constexpr Degree draw(WitnessKey const&, char const*, Axis, Axis, std::uint32_t) {
        return Degree::unknown();
    }
};

namespace exact_trial {

/// Test: tests/compile_fail/statement_that_draws_the_prompt.cpp.
template <class Any>
struct a_statement_does_not_draw_the_prompt {
    static_assert(never<Any>,
                  "any.prompt() is the prompt that the update will be given: a statement that draws it makes an update "
                  "for this one prompt. Take the tokens from the argument of the update, and other unknowns from "
                  "any.scalar, any.matrix and any.map");
    static constexpr bool value = true;
};

/// The unknowns as a statement is given them: the prompt is the update's.
template <class Any>
struct WithoutPrompt : Any {
    template <class Asked = Any>
    static constexpr auto prompt() {
        static_cast<void>(a_statement_does_not_draw_the_prompt<Asked>{});
        return decltype(std::declval<Asked const&>().prompt()){};
    }
};

/// The unknowns without a member that holds a value.
template <class Any>
struct UnknownsOfNoSeed {
    static constexpr Dimensions dimensions = Any::dimensions;
    static constexpr bool is_symbolic = Any::is_symbolic;
    static constexpr int keys = Any::keys;
    static constexpr int values = Any::values;
    static constexpr int features = Any::features;
    static constexpr std::uint32_t seed = Any{}.seed;
    static constexpr Witnesses witnesses = Any{}.witnesses;

    static constexpr int size(Axis axis) { return Any::size(axis); }
    static constexpr auto scalar(char const* name) { return Any{}.scalar(name); }
    static constexpr auto learning_rate() { return Any{}.learning_rate(); }
    static constexpr auto initial_weights() { return Any{}.initial_weights(); }
    template <Axis Rows, Axis Columns>
    static constexpr auto matrix(AxisTag<Rows> rows, AxisTag<Columns> columns, char const* name) {
        return Any{}.matrix(rows, columns, name);
    }
    template <Axis Rows>
    static constexpr auto map(AxisTag<Rows> rows, char const* name) {
        return Any{}.map(rows, name);
    }
    static constexpr auto prompt() { return WithoutPrompt<Any>::prompt(); }
};

/// Unknowns that are a prompt as well: a generic lambda over a prompt, [](auto const& prompt) { ... }, takes any argument, so
/// what it returns tells whether it is an update or a statement about unknowns. Its members are the prompt's alone, so that
/// a lambda may take it apart, auto const& [context, query] = prompt, and make another one by its type.
template <class Any>
struct EitherOf : UnknownsOfNoSeed<Any>, std::remove_cvref_t<decltype(std::declval<Any const&>().prompt())> {
    using APrompt = std::remove_cvref_t<decltype(std::declval<Any const&>().prompt())>;
    using Scalar = typename Any::Scalar;

    constexpr EitherOf() = default;
    constexpr EitherOf(typename APrompt::Context const& of_context, typename APrompt::Query const& of_query)
        : APrompt{.context = of_context, .query = of_query} {}
};

/// Whether a statement treats unknowns that are a prompt as well as a prompt: it is an update.
template <class Statement, class Any>
concept MakesAPrompt = requires(Statement const& statement, EitherOf<Any> const& any) {
    { statement(any) } -> std::derived_from<typename EitherOf<Any>::APrompt>;
};

/// Whether a statement takes unknowns. What takes no EitherOf says the type of its argument: a prompt's would take one.
/// Test: tests/static/identical.cpp.
template <class Statement, class Any>
concept TakesUnknowns =
    !MakesAPrompt<Statement, Any> && requires(Statement const& statement, WithoutPrompt<Any> const& any) {
    statement(any);
};

/// False of nothing, and of an update that holds floating-point numbers (it has with_number) about unknowns of others.
template <class Returned, class Number>
inline constexpr bool is_in_numbers_of = !std::is_void_v<Returned>;
template <class Returned, class Number>
    requires std::floating_point<typename Returned::Scalar> && SaysItsNumbers<Returned>
inline constexpr bool is_in_numbers_of<Returned, Number> = std::floating_point<Number>;

/// What a statement has returned that returned no update: refused, and nothing that could be compared.
struct NoUpdate {};

/// The update for these unknowns: the statement asked, or the update itself where it has none.
template <class Statement, class Any>
constexpr auto asked(Statement const& statement, Any const& any) {
    if constexpr (TakesUnknowns<Statement, Any>) {
        WithoutPrompt<Any> const unknowns{any};
        using Returned = decltype(statement(unknowns));
        constexpr bool is_one = is_in_numbers_of<Returned, typename Any::Scalar>;
        if constexpr (a_statement_returns_an_update_of_its_numbers<Returned, is_one>::value) {
            return statement(unknowns);
        } else {
            return NoUpdate{};
        }
    } else {
        return statement;
    }
}

/// Whether a statement makes an update of prompts, or does not compile.
template <class Statement, class Any>
[[nodiscard]] consteval bool makes_an_update() {
    using Update = decltype(exact_trial::asked(std::declval<Statement const&>(), std::declval<Any const&>()));
    if constexpr (std::same_as<Update, NoUpdate>) {
        return false;
    } else {
        return this_is_not_a_token_update<Update, decltype(std::declval<Any const&>().prompt())>::value;
    }
}

/// The prompt after the update was applied several times. Each prompt that it is given is a constant: so no overload for
/// prompts that may be changed is taken, and an update that changes what it is given all the same (const_cast) does not compile.
template <class Update, class APrompt>
constexpr APrompt applied(Update const& update, APrompt const& prompt, int applications) {
    static_assert(this_is_not_a_token_update<Update, APrompt>::value, "see the first error");
    static_assert(keeps_the_dimension_of_tokens<Update, APrompt::shape>, "see the first error");
    if (applications < 1) {
        return prompt;
    }
    APrompt updated = update(prompt);
    for (int application = 1; application < applications; ++application) {
        APrompt const given = updated;
        updated = update(given);
    }
    return updated;
}

/// What a difference shows: with small witnesses fractions that can be followed, else the number itself.
template <class Number>
constexpr Fraction shown(Number const& number, Witnesses from) {
    if constexpr (std::same_as<Number, Modular>) {
        if (from == Witnesses::anywhere) {
            return {static_cast<long long>(number.residue()), 1};
        }
    }
    return as_fraction(number);
}

template <AnyMatrix Tokens>
constexpr Difference first_in(Tokens const& expected, Tokens const& actual, int first_token, Witnesses from) {
    for (int col = 0; col < cols_of<Tokens>; ++col) {
        for (int row = 0; row < rows_of<Tokens>; ++row) {
            if (!(expected(row, col) == actual(row, col))) {
                return {first_token + col, row, exact_trial::shown(expected(row, col), from),
                        exact_trial::shown(actual(row, col), from)};
            }
        }
    }
    return {};
}

template <class Any, class Expected, class Actual>
constexpr Difference difference_for(Any const& any, Expected const& expected, Actual const& actual, int applications) {
    auto const prompt = any.prompt();  // most of the cost is to draw it
    // Qualified, here and below: of functions of these names beside an update the compiler would take the user's.
    auto const a = exact_trial::applied(exact_trial::asked(expected, any), prompt, applications);
    auto const b = exact_trial::applied(exact_trial::asked(actual, any), prompt, applications);
    if (Difference const in_context = exact_trial::first_in(a.context, b.context, 0, any.witnesses)) {
        return in_context;
    }
    return exact_trial::first_in(a.query, b.query, Any::dimensions.context, any.witnesses);
}

}  // namespace exact_trial

template <Dimensions Sizes, class Number, class Expected, class Actual>
constexpr Difference first_difference(Expected const& expected, Actual const& actual, Trial trial) {
    static_assert(are_valid_dimensions<Sizes>, "the sizes are listed in the first error");
    if (trial.applications < 1) {
        fail<std::invalid_argument>("first_difference: zero applications would be true of any two updates");
    }
    Arbitrary<Sizes, Number> const any{.seed = trial.seed, .witnesses = trial.witnesses};
    return exact_trial::difference_for(any, expected, actual, trial.applications);
}

namespace exact_trial {

/// The largest degree of which a comparison modulo 2^61 - 1 proves enough.
inline constexpr long long largest_proved_degree = 1LL << 30;

/// The largest degrees of a numerator and of a denominator in an update's result.
struct Degrees {
    long long numerator = 0;
    long long denominator = 0;

    [[nodiscard]] constexpr long long larger() const { return numerator > denominator ? numerator : denominator; }

    constexpr void see(Degree const& entry) {
        numerator = entry.numerator() > numerator ? entry.numerator() : numerator;
        denominator = entry.denominator() > denominator ? entry.denominator() : denominator;
    }
    template <AnyMatrix M>
    constexpr void see(M const& matrix) {
        for (int col = 0; col < cols_of<M>; ++col) {
            for (int row = 0; row < rows_of<M>; ++row) {
                see(matrix(row, col));
            }
        }
    }
};

template <Dimensions Sizes, class Update>
constexpr Degrees degrees_of(Update const& update, int applications) {
    Arbitrary<Sizes, Degree> const any{};
    auto const prompt = any.prompt();
    auto const updated = exact_trial::applied(exact_trial::asked(update, any), prompt, applications);
    Degrees largest;
    largest.see(updated.context);
    largest.see(updated.query);
    return largest;
}

/// The degree of a d - c b, or Degree::largest.
constexpr long long degree_of_difference(Degrees a, Degrees b) {
    auto const sum = [](long long one, long long other) {
        return one < Degree::largest - other ? one + other : Degree::largest;
    };
    long long const one = sum(a.numerator, b.denominator);
    long long const other = sum(b.numerator, a.denominator);
    return one > other ? one : other;
}

constexpr double probability(long long degree) {
    double const bound = 2.0 * static_cast<double>(degree) / static_cast<double>(Modular::modulus);
    return bound < 1 ? bound : 1;
}

/// The answer to a question, if the compiler can find it. Asked in the signature, where a constant that cannot be evaluated
/// is no error.
template <class Answer>
struct Answered {
    bool is_evaluated = false;
    Answer answer{};
};
template <class Question, auto Answer = Question::answer()>
consteval auto answered(int) {
    return Answered<decltype(Question::answer())>{true, Answer};
}
template <class Question>
consteval auto answered(long) {
    return Answered<decltype(Question::answer())>{};
}

/// Asks again, so that the compiler says why there is no answer.
template <class Question>
struct the_reason {
    static constexpr auto answer = Question::answer();
};

/// What was found: a variable, so that the compiler looks once. g++ keeps parts of what it could not finish, and may find an
/// answer when it is asked again.
template <class Question>
inline constexpr auto found = answered<Question>(0);

/// Whether there is an answer; if not, one sentence and the compiler's reason.
template <class Question>
consteval bool is_answered() {
    if constexpr (!found<Question>.is_evaluated) {
        static_cast<void>(sizeof(this_comparison_cannot_be_made_while_compiling<found<Question>.is_evaluated>));
        static_cast<void>(sizeof(the_reason<Question>));
    }
    return found<Question>.is_evaluated;
}

/// The answer, or does not compile, as is_answered says.
template <class Question>
consteval auto answer_to() {
    static_cast<void>(is_answered<Question>());
    return found<Question>.answer;
}

/// What is asked while compiling, each as a constant of its own, because compilers limit the steps of one constant.
template <class Expected, class Actual, Dimensions Sizes, int Applications, std::uint32_t Seed>
struct Comparison {
    template <Witnesses From>
    struct DifferenceFrom {
        static constexpr Difference answer() {
            Arbitrary<Sizes, Modular> const any{.seed = Seed, .witnesses = From};
            return exact_trial::difference_for(any, Expected{}, Actual{}, Applications);
        }
    };
    template <class Update>
    struct DegreesOf {
        static constexpr Degrees answer() { return exact_trial::degrees_of<Sizes>(Update{}, Applications); }
    };
};

/// Whether the update of a statement can be called where it is a constant.
template <class Statement, Dimensions Sizes>
struct CallsOfAConstant {
    static constexpr auto update = exact_trial::asked(Statement{}, Arbitrary<Sizes, Degree>{});
    static constexpr bool answer() {
        auto const prompt = Arbitrary<Sizes, Degree>{}.prompt();
        static_cast<void>(exact_trial::applied(update, prompt, 1));
        return true;
    }
};

/// Whether a class has no destructor of its own, or nothing that this could free. What can be copied as bytes is asked first: it costs compilers
/// less.
template <class Update>
consteval bool owns_no_memory() {
    if constexpr (std::is_empty_v<Update> || std::is_trivially_copyable_v<Update>) {
        return true;
    } else {
        return std::is_trivially_destructible_v<Update>;
    }
}

/// Does not compile if the update of a statement has a mutable member, or owns memory, and so may do otherwise when it is called again.
/// g++ 12 reads no mutable member in a constant expression; clang++ and g++ 14 none of a constant.
template <class Statement, Dimensions Sizes>
consteval void require_no_state() {
    using Update = decltype(exact_trial::asked(Statement{}, Arbitrary<Sizes, Degree>{}));
    if constexpr (an_update_owns_no_memory<Update, owns_no_memory<Update>()>::value) {
#if defined(__clang__) || __GNUC__ > 12
        if constexpr (!std::is_empty_v<Update>) {
            static_cast<void>(answer_to<CallsOfAConstant<Statement, Sizes>>());
        }
#endif
    }
}

/// Whether both can be compared at these sizes, or does not compile.
template <class Expected, class Actual, Dimensions Sizes>
[[nodiscard]] consteval bool are_statements_of_updates() {
    if constexpr (is_statement<Expected> && is_statement<Actual>) {
        using Any = Arbitrary<Sizes, Modular>;
        return makes_an_update<Expected, Any>() && makes_an_update<Actual, Any>();
    }
    return false;
}

/// Compares for one size: the degree of what is compared, and the larger of the two denominators'. Does not compile where they differ, or
/// one has a state.
template <class Expected, class Actual, Dimensions Sizes, int Applications, std::uint32_t Seed>
consteval Degrees compared_degrees() {
    using Questions = Comparison<Expected, Actual, Sizes, Applications, Seed>;
    constexpr Difference first = answer_to<typename Questions::template DifferenceFrom<Witnesses::anywhere>>();
    if constexpr (static_cast<bool>(first)) {
        // Small witnesses are followed by hand, where they show the difference, too.
        constexpr auto small = found<typename Questions::template DifferenceFrom<Witnesses::small>>;
        constexpr Difference legible = small.is_evaluated && small.answer ? small.answer : first;
        static_assert(the_two_updates_differ_at<legible>::value, "see the first error");
        return {};
    } else {
        constexpr Degrees of_expected = answer_to<typename Questions::template DegreesOf<Expected>>();
        constexpr Degrees of_actual = answer_to<typename Questions::template DegreesOf<Actual>>();
        constexpr long long degree = degree_of_difference(of_expected, of_actual);
        static_assert(the_degree_is_not_far_below_the_modulus<degree, largest_proved_degree>::value,
                      "see the first error");
        require_no_state<Expected, Sizes>();
        require_no_state<Actual, Sizes>();
        return {.numerator = degree, .denominator = std::max(of_expected.denominator, of_actual.denominator)};
    }
}

}  // namespace exact_trial

template <Dimensions Sizes, class Update>
constexpr long long degree_of(Update const& update, int applications) {
    return exact_trial::degrees_of<Sizes>(update, applications).larger();
}

template <Dimensions Sizes, class Expected, class Actual>
constexpr double escape_probability(Expected const& expected, Actual const& actual, int applications) {
    return exact_trial::probability(exact_trial::degree_of_difference(
        exact_trial::degrees_of<Sizes>(expected, applications), exact_trial::degrees_of<Sizes>(actual, applications)));
}

template <Dimensions Sizes, int Applications, std::uint32_t Seed, class Expected, class Actual>
consteval Proof identical(Expected, Actual) {
    static_assert(is_statement<Expected> && is_statement<Actual>, "see the first error");
    static_assert(Applications >= 1, "identical: zero applications would be true of any two updates");
    static_assert(are_valid_dimensions<Sizes>, "the sizes are listed in the first error");
    if constexpr (exact_trial::are_statements_of_updates<Expected, Actual, Sizes>()) {
        constexpr auto degrees = exact_trial::compared_degrees<Expected, Actual, Sizes, Applications, Seed>();
        return {.size_count = 1,
                .sizes = {Sizes},
                .applications = Applications,
                .degree = degrees.numerator,
                .denominator_degree = degrees.denominator,
                .escape_probability = exact_trial::probability(degrees.numerator)};
    }
    return {};  // refused above
}

/// Test: tests/compile_fail/identical_without_sizes.cpp, first_difference_of_one.cpp.
template <class... Arguments>
struct two_updates_are_compared_so {
    static_assert(
        never<Arguments...>,
        "two updates are compared by identical<sizes>(first, second), identical_for_all_sizes(first, second), "
        "first_difference<sizes>(first, second), different<sizes>(first, second), different_for_some_sizes(first, "
        "second) "
        "and escape_probability<sizes>(first, second), and one is asked by degree_of<sizes>(update): sizes are "
        "Dimensions, and a "
        "number of applications stands beside them (identical<sizes, 2>, identical_for_all_sizes<2>), as the "
        "declaration says");
};

// Without sizes, or of another number of updates: one sentence. (An update is any class, such as a lambda.)
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0 || (std::is_class_v<Arguments> || ...))
constexpr auto identical(Arguments const&...) {
    return two_updates_are_compared_so<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0 || (std::is_class_v<Arguments> || ...))
constexpr auto first_difference(Arguments const&...) {
    return two_updates_are_compared_so<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0 || (std::is_class_v<Arguments> || ...))
constexpr auto different(Arguments const&...) {
    return two_updates_are_compared_so<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Arguments) != 2 && (sizeof...(Values) > 0 || (std::is_class_v<Arguments> || ...)))
constexpr auto degree_of(Arguments const&...) {
    return two_updates_are_compared_so<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Arguments) != 3 && (sizeof...(Values) > 0 || (std::is_class_v<Arguments> || ...)))
constexpr auto escape_probability(Arguments const&...) {
    return two_updates_are_compared_so<Arguments...>();
}

}  // namespace incontext
