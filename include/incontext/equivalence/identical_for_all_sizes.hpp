// SPDX-License-Identifier: MIT
/// @file
/// identical_for_all_sizes(a, b): two token updates are the same map for **every** input, output, context and query size.
///
/// Both are evaluated on symbols: X, Y, Xq, Yq and W0 are blocks of unnamed size, eta and 1/N commuting scalars. The
/// answer is a proof for operators that touch their tokens only by sums, products and transposes of whole blocks: no size,
/// no number and no random draw is in it. An operator that goes through its tokens one by one (an online rule, say) sees
/// the one symbolic block as one token, of which such a proof would say nothing; therefore the two updates are compared
/// with exact numbers at pairwise different sizes as well. number/polynomial.hpp
/// says what the symbols trust.
#pragma once

#include <utility>

#include "incontext/equivalence/identical.hpp"
#include "incontext/number/polynomial.hpp"
#include "incontext/number/spelling.hpp"

namespace incontext {

/// True, or a compile-time error that spells the block, the expected and the actual polynomial.
///
///     static_assert(identical_for_all_sizes(gradient_step, my_layer));
///
/// Applications: how often in a row. Exactness: exact, a proof. Errors: a difference does not compile; neither does an
/// operator that multiplies or adds blocks which do not fit. Test: tests/static/proposition_1.cpp.
template <int Applications = 1, class Expected, class Actual>
[[nodiscard]] consteval bool identical_for_all_sizes(Expected, Actual);

/// The sizes of the additional check by numbers.
inline constexpr Dimensions sizes_of_cross_check{.input = 3, .output = 2, .context = 7, .query = 4};

/// The same for types: identical_for_all_sizes<decltype(a), decltype(b)>().
template <class Expected, class Actual>
[[nodiscard]] consteval bool identical_for_all_sizes() {
    return identical_for_all_sizes<1>(Expected{}, Actual{});
}

/// True if the two updates differ for some sizes; false if they are identical for all. The plain answer.
/// Test: tests/static/refutation.cpp.
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
                  "the two token updates differ as polynomials: read this line's block (1 context x, 2 context y, 3 "
                  "query x, 4 query y), the expected and the actual polynomial (' is a transpose)");
    static constexpr bool value = true;
};

// ------------------------------------------------------------------------------------------------------- details ----

namespace symbolic {

using AnySizes = Arbitrary<Dimensions{.input = 1, .output = 1, .context = 1, .query = 1}, Polynomial>;

struct FirstDifference {
    Block block = Block::none;
    Polynomial expected{};
    Polynomial actual{};
};

template <class Expected, class Actual>
constexpr FirstDifference first_difference(Expected const& expected, Actual const& actual, int applications) {
    AnySizes const any{};
    auto const a = exact_trial::applied(exact_trial::asked(expected, any), any.prompt(), applications);
    auto const b = exact_trial::applied(exact_trial::asked(actual, any), any.prompt(), applications);
    for (int row = 0; row < 2; ++row) {
        if (!(a.context(row, 0) == b.context(row, 0))) {
            return {row == 0 ? Block::context_x : Block::context_y, a.context(row, 0), b.context(row, 0)};
        }
    }
    for (int row = 0; row < 2; ++row) {
        if (!(a.query(row, 0) == b.query(row, 0))) {
            return {row == 0 ? Block::query_x : Block::query_y, a.query(row, 0), b.query(row, 0)};
        }
    }
    return {};
}

/// spelled<characters...> of the polynomial that Which selects from the first difference of two statements.
template <class Expected, class Actual, int Applications, Polynomial FirstDifference::*Which>
struct SpellingOf {
    static constexpr Spelling text = spell(first_difference(Expected{}, Actual{}, Applications).*Which);

    template <int... Index>
    static spelled<text.characters[Index]...> as_type(std::integer_sequence<int, Index...>);

    using type = decltype(as_type(std::make_integer_sequence<int, text.length>{}));
};

}  // namespace symbolic

template <int Applications, class Expected, class Actual>
consteval bool identical_for_all_sizes(Expected, Actual) {
    using symbolic::FirstDifference;
    using symbolic::SpellingOf;
    static_assert(is_statement<Expected> && is_statement<Actual>, "see the first error");
    static_assert(Applications >= 1, "identical_for_all_sizes: zero applications would be true of any two updates");
    constexpr Block where = symbolic::first_difference(Expected{}, Actual{}, Applications).block;
    if constexpr (where == Block::none) {
        return identical<sizes_of_cross_check, Applications>(Expected{}, Actual{});
    } else {
        return the_two_updates_differ_for_some_sizes_in<
            where, typename SpellingOf<Expected, Actual, Applications, &FirstDifference::expected>::type,
            typename SpellingOf<Expected, Actual, Applications, &FirstDifference::actual>::type>::value;
    }
}

template <class Expected, class Actual>
constexpr bool different_for_some_sizes(Expected const& expected, Actual const& actual, int applications) {
    return symbolic::first_difference(expected, actual, applications).block != Block::none ||
           different<sizes_of_cross_check>(expected, actual, {.applications = applications});
}

}  // namespace incontext
