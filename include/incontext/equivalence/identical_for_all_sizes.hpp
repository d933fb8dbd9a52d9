// SPDX-License-Identifier: MIT
/// @file
/// identical_for_all_sizes(a, b): two token updates are the same map for **every** input, output, context and query size.
///
/// Both are evaluated on symbols: X, Y, Xq, Yq and W0 are blocks of unnamed size, eta, N and 1/N commuting scalars. No number
/// and no random draw is in it. Nobody looks into a block, so an operator that goes through its tokens one by one does not
/// compile here; number/polynomial.hpp and matrix/block_matrix.hpp say what the symbols trust.
///
/// What symbols cannot see is an operator that asks for its sizes (`if constexpr (shape.context > 8)`, a loop up to 8): in
/// symbols every size is 1. Therefore the updates are compared with exact numbers as well, at sizes_of_cross_check, among them
/// the paper's. The Proof says so: by_symbols, and sizes. What happens at no size of that list is not seen.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "incontext/equivalence/identical.hpp"
#include "incontext/number/polynomial.hpp"
#include "incontext/number/spelling.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// The sizes of the additional comparison by numbers. On each axis 1, 2, 3, 4 and sizes on both sides of 8; inputs, context and
/// queries on both sides of 16 and 32, too; the paper's 10 + 1 with 10 examples. All axes move at once, so that a size, which
/// costs a compiler 50 to 400 ms, tells of each. Which values are seen, and which are not: docs/what_is_proved.md, hole 1.
inline constexpr Dimensions sizes_of_cross_check[] = {
    {.input = 3, .output = 2, .context = 7, .query = 4},   {.input = 10, .output = 1, .context = 10, .query = 1},
    {.input = 2, .output = 9, .context = 12, .query = 17}, {.input = 1, .output = 4, .context = 5, .query = 12},
    {.input = 4, .output = 1, .context = 4, .query = 3},   {.input = 17, .output = 3, .context = 3, .query = 2},
    {.input = 1, .output = 1, .context = 2, .query = 9},   {.input = 2, .output = 1, .context = 33, .query = 33},
    {.input = 33, .output = 1, .context = 1, .query = 1},
};

/// A proof, or a compile-time error that spells the block, the expected and the actual polynomial.
///
///     static_assert(identical_for_all_sizes(gradient_step, my_layer));
///
/// Applications: how often in a row. Exactness: exact, a proof, for operators that do not ask for their sizes; for others as
/// `identical` at sizes_of_cross_check, each with another seed. Errors: a difference does not compile; neither does an
/// operator that multiplies or adds blocks which do not fit, or looks into one. Test: tests/static/proposition_1.cpp.
template <int Applications = 1, class Expected, class Actual>
[[nodiscard]] consteval Proof identical_for_all_sizes(Expected, Actual);

/// The same for types: identical_for_all_sizes<decltype(a), decltype(b)>().
template <class Expected, class Actual>
[[nodiscard]] consteval Proof identical_for_all_sizes() {
    return identical_for_all_sizes<1>(Expected{}, Actual{});
}

/// True if the two updates differ by numbers at the first of sizes_of_cross_check, or as polynomials and by numbers at another one.
/// The plain answer. Errors: as identical_for_all_sizes, but for the difference; where the polynomials differ and the numbers
/// of all these sizes agree there is no answer: it throws std::logic_error, or does not compile. Test:
/// tests/static/refutation.cpp, tests/static/checks_notice.cpp.
template <class Expected, class Actual>
[[nodiscard]] constexpr bool different_for_some_sizes(Expected const& expected, Actual const& actual,
                                                      int applications = 1);

/// Which block of a prompt's tokens.
enum class Block { none, context_x, context_y, query_x, query_y };

/// A polynomial as a compiler prints it: its characters, e.g. spelled<'e','t','a',' ','W','0'>.
template <char... Characters>
struct spelled;

/// The message of a failed `identical_for_all_sizes`. Test: tests/compile_fail/identical_for_all_sizes_*.cpp.
template <Block Where, class Expected, class Actual>
struct the_two_updates_differ_for_some_sizes_in {
    static_assert(Where == Block::none,
                  "the two token updates differ as polynomials: read this message's block (1 context x, 2 context y, 3 "
                  "query x, 4 query y), the expected and the actual polynomial (' is a transpose)");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/size_as_a_number.cpp.
template <Block Where, class Expected, class Actual>
struct only_the_symbols_differ_in {
    static_assert(
        Where == Block::none,
        "the two token updates differ as polynomials, but not by numbers. Either a size is used as a number, which "
        "is 1 in symbols: write context_size<Number>(shape.context) or one_over_context; or factors commute that "
        "symbols keep in their order (entries, products of 1 x 1); or they are the same for some sizes only. "
        "Compare them with identical<sizes>, or read this message's polynomials");
    static constexpr bool value = true;
};

/// At run time this throws; in a constant expression both compilers print its name. Test:
/// tests/compile_fail/different_by_symbols_alone.cpp.
[[noreturn]] inline void only_the_symbols_differ_and_no_number_does() {
    fail<std::logic_error>(
        "incontext::different_for_some_sizes: the two updates differ as polynomials, but not by numbers; ask "
        "identical_for_all_sizes, which says where, or different<sizes>");
}

// ------------------------------------------------------------------------------------------------------- details ----

namespace symbolic {

inline constexpr int count_of_sizes = static_cast<int>(sizeof sizes_of_cross_check / sizeof sizes_of_cross_check[0]);

using AnySizes = Arbitrary<Dimensions{.input = 1, .output = 1, .context = 1, .query = 1}, Polynomial>;

struct FirstDifference {
    Block block = Block::none;
    Polynomial expected{};
    Polynomial actual{};
};

template <class Expected, class Actual>
constexpr FirstDifference first_difference(Expected const& expected, Actual const& actual, int applications) {
    AnySizes const any{};
    auto const prompt = any.prompt();
    auto const a = exact_trial::applied(exact_trial::asked(expected, any), prompt, applications);
    auto const b = exact_trial::applied(exact_trial::asked(actual, any), prompt, applications);
    for (int row = 0; row < 2; ++row) {
        auto const& of_a = trusted::entry(a.context, row, 0);
        auto const& of_b = trusted::entry(b.context, row, 0);
        if (!trusted::same(of_a, of_b)) {
            return {row == 0 ? Block::context_x : Block::context_y, of_a, of_b};
        }
    }
    for (int row = 0; row < 2; ++row) {
        auto const& of_a = trusted::entry(a.query, row, 0);
        auto const& of_b = trusted::entry(b.query, row, 0);
        if (!trusted::same(of_a, of_b)) {
            return {row == 0 ? Block::query_x : Block::query_y, of_a, of_b};
        }
    }
    return {};
}

/// The first difference as it is told: a template argument has characters, and no polynomials.
struct SpelledDifference {
    Block block = Block::none;
    Spelling expected{};
    Spelling actual{};
};

/// One question of a comparison for all sizes (equivalence/identical.hpp).
template <class Expected, class Actual, int Applications>
struct Comparison {
    static constexpr SpelledDifference answer() {
        FirstDifference const found = symbolic::first_difference(Expected{}, Actual{}, Applications);
        return found.block == Block::none ? SpelledDifference{}
                                          : SpelledDifference{found.block, spell(found.expected), spell(found.actual)};
    }
};

/// spelled<characters...> of a text.
template <Spelling Text>
struct SpellingOf {
    template <int... Index>
    static spelled<Text.characters[Index]...> as_type(std::integer_sequence<int, Index...>);

    using type = decltype(as_type(std::make_integer_sequence<int, Text.length>{}));
};

/// Whether two updates differ by numbers at one of the later sizes of the cross check.
template <class Expected, class Actual, int... Index>
constexpr bool differ_by_numbers(Expected const& expected, Actual const& actual, int applications,
                                 std::integer_sequence<int, Index...>) {
    return (different<sizes_of_cross_check[Index + 1]>(expected, actual, {.applications = applications}) || ...);
}

/// Compares by numbers at every size of the cross check.
template <class Expected, class Actual, int Applications, int... Index>
consteval Proof compared_by_numbers(std::integer_sequence<int, Index...>) {
    Proof proof{.by_symbols = true, .applications = Applications};
    auto const add = [&proof](Dimensions const& compared, exact_trial::Degrees const& degrees) {
        proof.sizes[proof.size_count++] = compared;
        proof.degree = std::max(proof.degree, degrees.numerator);
        proof.escape_probability += exact_trial::probability(degrees.numerator);
    };
    (add(sizes_of_cross_check[Index], exact_trial::compared_degrees<Expected, Actual, sizes_of_cross_check[Index],
                                                                    Applications, static_cast<std::uint32_t>(Index)>()),
     ...);
    return proof;
}

}  // namespace symbolic

template <int Applications, class Expected, class Actual>
consteval Proof identical_for_all_sizes(Expected, Actual) {
    static_assert(is_statement<Expected> && is_statement<Actual>, "see the first error");
    static_assert(Applications >= 1, "identical_for_all_sizes: zero applications would be true of any two updates");
    if constexpr (!exact_trial::are_statements_of_updates<Expected, Actual, sizes_of_cross_check[0]>()) {
        return {};  // refused above
    } else if constexpr (constexpr auto first =
                             exact_trial::answer_to<symbolic::Comparison<Expected, Actual, Applications>>();
                         first.block == Block::none) {
        return symbolic::compared_by_numbers<Expected, Actual, Applications>(
            std::make_integer_sequence<int, symbolic::count_of_sizes>{});
    } else {
        using SpelledExpected = typename symbolic::SpellingOf<first.expected>::type;
        using SpelledActual = typename symbolic::SpellingOf<first.actual>::type;
        using ByNumbers = typename exact_trial::Comparison<Expected, Actual, sizes_of_cross_check[0], Applications,
                                                           0>::template DifferenceFrom<Witnesses::anywhere>;
        constexpr auto by_numbers = exact_trial::found<ByNumbers>;
        if constexpr (by_numbers.is_evaluated && !by_numbers.answer) {
            static_assert(only_the_symbols_differ_in<first.block, SpelledExpected, SpelledActual>::value,
                          "see the first error");
        } else {
            static_assert(the_two_updates_differ_for_some_sizes_in<first.block, SpelledExpected, SpelledActual>::value,
                          "see the first error");
        }
        return {};
    }
}

template <class Expected, class Actual>
constexpr bool different_for_some_sizes(Expected const& expected, Actual const& actual, int applications) {
    if (different<sizes_of_cross_check[0]>(expected, actual, {.applications = applications})) {
        return true;
    }
    if (symbolic::first_difference(expected, actual, applications).block == Block::none) {
        return false;
    }
    if (!symbolic::differ_by_numbers(expected, actual, applications,
                                     std::make_integer_sequence<int, symbolic::count_of_sizes - 1>{})) {
        only_the_symbols_differ_and_no_number_does();
    }
    return true;
}

// With sizes, or of another number of updates: one sentence.
template <auto... Values, class... Arguments>
constexpr auto identical_for_all_sizes(Arguments const&...) {
    return two_updates_are_compared_so<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Arguments) != 3)
constexpr auto different_for_some_sizes(Arguments const&...) {
    return two_updates_are_compared_so<Arguments...>();
}

}  // namespace incontext
