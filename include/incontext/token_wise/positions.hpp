// SPDX-License-Identifier: MIT
/// @file
/// Positions: under each token a column that depends on its place alone.
///
///     token number t  <-  (token; p_t)         context tokens are 0, 1, ..., then the query tokens
///
/// p_t is fixed and not learned. With sines and cosines, [Vaswani2017] sec. 3.5:
///     p_t[2 i] = sin(t / 10000^(2 i / P)),  p_t[2 i + 1] = cos(the same)          P entries
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/counted.hpp"
#include "incontext/number/function.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"
#include "incontext/token_wise/token_wise.hpp"

namespace incontext {

/// The sines and cosines of [Vaswani2017], Rows to a position.
///
/// Exactness: computed in double, rounded once. In the exact families every entry is another number of no meaning: what is proved
/// there holds for any positions. Errors: none. Test: tests/unit/token_wise.cpp.
template <int Rows>
struct SinusoidalPositions {
    static_assert(every_dimension_must_be_positive<Rows>::value, "the sizes are listed in the first error");
    static constexpr int rows = Rows;

    template <class Number>
    [[nodiscard]] static constexpr Number entry(int row, int position) {
        if constexpr (functions::is_dual<Number>) {
            using Value = decltype(Number::value);
            return Number(entry<Value>(row, position), Value(0));
        } else if constexpr (functions::Uninterpreted<Number>::exists) {
            // Of this table alone: another number of rows has other angles.
            constexpr auto name = functions::drawn(functions::hash(FunctionName("position")), Rows);
            return functions::Uninterpreted<Number>::at(name, Number(1 + row + Rows * position));
        } else if constexpr (std::floating_point<Number>) {
            double const angle = position * std::pow(10000.0, -static_cast<double>(row - row % 2) / Rows);
            return static_cast<Number>(row % 2 == 0 ? std::sin(angle) : std::cos(angle));
        } else if constexpr (requires { typename Number::Lane; }) {
            return Number(entry<typename Number::Lane>(row, position));
        } else if constexpr (requires { typename Number::Wide; }) {
            return Number(entry<typename Number::Wide>(row, position));  // with the bound of its rounding
        } else if constexpr (std::same_as<Number, Counted>) {
            return Number(1);
        } else {
            static_cast<void>(functions::a_function_has_no_value_in_these_numbers<SinusoidalPositions, Number>{});
            return Number(0);
        }
    }
};

/// What WithPositions asks of a table.
template <class Table, class Number>
concept TableOfPositions = requires {
    int(Table::rows);
    { Table::template entry<Number>(0, 0) } -> std::convertible_to<Number>;
};

/// Test: tests/compile_fail/positions_without_a_table.cpp.
template <class Table, class Number>
struct a_table_of_positions_has_rows_and_entries {
    static_assert(TableOfPositions<Table, Number>,
                  "a table of positions is a struct with a static constexpr int rows and a static constexpr template "
                  "entry<Number>(row, position), as SinusoidalPositions (token_wise/positions.hpp)");
    static constexpr bool value = true;
};

/// t <- (t; p_t): tokens of InputDim rows become tokens of InputDim + Table::rows.
///
/// Table: a type with `rows` and entry<Number>(row, position). Source: [vonOswald2023] app. A.5: positions are concatenated.
/// Exactness: copies. Cost: copies; sines are computed once in float and double, and at every call in other numbers, lanes among
/// them. Errors: tokens of another dimension do not compile.
/// Test: tests/static/token_wise.cpp.
template <class Number, int InputDim, class Table>
struct WithPositions {
    static_assert(a_table_of_positions_has_rows_and_entries<Table, Number>::value, "see the first error");

    using Scalar = Number;
    template <TokenShape Given>
    static constexpr TokenShape shape_after{
        .token_dim = InputDim + Table::rows, .context = Given.context, .query = Given.query};
    template <class Other>
    using with_number = WithPositions<Other, InputDim, Table>;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<>> {};

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr auto operator()(Prompt<Given, PromptNumber> const& prompt) const
        -> PromptAfter<WithPositions, Prompt<Given, PromptNumber>> {
        static_assert(a_map_of_tokens_has_another_input_dimension<Given.token_dim, InputDim>::value,
                      "see the first error");
        require_fitting_prompt<Given, Scalar, Given, PromptNumber>();
        return {.context = positioned<0>(as_matrix(prompt.context)),
                .query = positioned<Given.context>(as_matrix(prompt.query))};
    }

  private:
    template <int First, AnyMatrix Tokens>
    [[nodiscard]] static constexpr auto positioned(Tokens const& tokens) {
        using N = NumberOf<Tokens>;
        auto const& table = positions<First, cols_of<Tokens>>();
        return generate<N, InputDim + Table::rows, cols_of<Tokens>>(
            [&](int row, int col) -> N { return row < InputDim ? tokens(row, col) : N(table(row - InputDim, col)); });
    }
    template <int First, int Count>
    [[nodiscard]] static constexpr decltype(auto) positions() {
        constexpr auto entry = [](int row, int col) { return Table::template entry<Number>(row, First + col); };
        if constexpr (std::floating_point<Number>) {
            return table_of<First, Count>();
        } else {
            return generate<Number, Table::rows, Count>(entry);
        }
    }
    template <int First, int Count>
    [[nodiscard]] static auto const& table_of() {
        static auto const table = generate<Number, Table::rows, Count>(
            [](int row, int col) { return Table::template entry<Number>(row, First + col); });
        return table;
    }
};

/// Whether a type is WithPositions itself. What is derived from it has its own operator(), and not this pass.
template <class T>
inline constexpr bool is_with_positions = false;
template <class Number, int InputDim, class Table>
inline constexpr bool is_with_positions<WithPositions<Number, InputDim, Table>> = true;

/// The pass: nothing is kept. Backward, the upper rows of the cotangent.
template <class Asked, TokenShape After, class Number>
struct PassOfPositions {
    Answer<Asked, After, Number> result;
};
/// The pass: the positions do not depend on the prompt.
template <class Update, TokenShape Given, class Number>
    requires is_with_positions<Update>
[[nodiscard]] constexpr auto forward_pass(AllTokens, Update const& update, Prompt<Given, Number> const& prompt) {
    using After = PromptAfter<Update, Prompt<Given, Number>>;
    return PassOfPositions<AllTokens, After::shape, Number>{update(prompt)};
}
/// The pullback: the rows of the positions are cut off.
template <class Wanted, class Update, TokenShape Given, class Number, TokenShape After, class Gradient>
    requires is_with_positions<Update>
constexpr auto pull_back(AllTokens, Wanted, Update const&, Prompt<Given, Number> const&,
                         PassOfPositions<AllTokens, After, Number> const&, Prompt<After, Number> const& cotangent,
                         Gradient&) {
    return Prompt<Given, Number>{.context = rows<0, Given.token_dim>(cotangent.context),
                                 .query = rows<0, Given.token_dim>(cotangent.query)};
}

}  // namespace incontext
