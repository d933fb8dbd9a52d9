// SPDX-License-Identifier: MIT
/// @file
/// "For any features": a map m of columns that nobody evaluates, so that what is proved holds for every m, an MLP of any
/// width, an embedding or a table of random numbers included.
///
///     auto const m = any.map(feature_axis, "m");
///     auto const M = m(X);                            [feature x columns of X]
///
/// All that is known of m is what makes it a map of columns: equal columns have equal values. So the values at different
/// columns are free:
///
///     symbols          m(X), m(Xq) are letters of their own, [feature x context] and [feature x query]
///     exact numbers    a hash of the whole column, to Modular numbers: one draw for each different column
///     degrees          an unknown
#pragma once

#include <cstdint>
#include <stdexcept>

#include "incontext/equivalence/arbitrary.hpp"
#include "incontext/number/degree.hpp"

namespace incontext {

/// At run time these throw; in a static_assert both compilers print the name. Test: tests/static/features.cpp.
[[noreturn]] inline void the_name_of_an_unknown_map_has_one_character() {
    fail<std::invalid_argument>("incontext::AnyMap: the name of an unknown map has one character");
}
/// Ends a comparison, with this sentence.
[[noreturn]] inline void an_unknown_map_of_symbols_is_given_inputs_or_whole_tokens() {
    fail<std::logic_error>(
        "incontext::AnyMap: a map of symbols is given inputs or whole tokens as they stand in the prompt");
}

/// How the values of an unknown map are drawn in the family of Number. Specialised below.
///
///     static constexpr auto values<Rows, RowCount>(key, name, columns) -> Matrix<Number, RowCount, cols_of<Columns>>;
template <class Number>
struct UnknownMap;

/// Any map m of columns: column j of m(A) depends on column j of A, and on nothing else.
///
/// Shapes: A [rows x columns], of any rows; m(A) [Rows x columns].
/// Exactness: what is proved of it is true of every map. By symbols, nothing is drawn. By numbers, the values are unknowns of
/// degree 1 (or of their argument's degree k, where that is larger); two different arguments among n columns are one column
/// at the drawn point with a probability of at most n^2 k / p, which `escape_probability` leaves out. False statements may
/// be taken for true ones only so.
/// Cost: by numbers rows + Rows draws for each column. Errors: a name of other than one character throws
/// std::invalid_argument. Symbols: an argument that is neither a letter [input x ...] of at most two characters nor the
/// prompt's own tokens throws std::logic_error: of a block that was computed nobody knows whether it is another one.
/// In a static_assert these do not compile.
/// Test: tests/static/features.cpp.
template <Axis Rows, class Any>
struct AnyMap {
    using Scalar = typename Any::Scalar;

    WitnessKey key;
    char const* name;

    template <AnyMatrix Columns>
    [[nodiscard]] constexpr auto operator()(Columns const& columns) const
        -> Matrix<Scalar, Any::size(Rows), cols_of<Columns>> {
        if (name[0] == 0 || name[1] != 0) {
            the_name_of_an_unknown_map_has_one_character();
        }
        return UnknownMap<Scalar>::template values<Rows, Any::size(Rows)>(key, name, columns);
    }
};

// ------------------------------------------------------------------------------------------------------- details ----

namespace symbolic {

/// The letter that a block is, if it is one: not transposed, times 1.
constexpr Letter only_letter(Polynomial const& block) {
    if (trusted::Terms::count(block) == 1) {
        Term const& term = trusted::Terms::term(block, 0);
        bool const is_one_letter = term.count == 1 && term.coefficient() == Rational(1);
        if (is_one_letter && !term.letter(0).is_scalar() && !term.letter(0).is_transposed()) {
            return term.letter(0);
        }
    }
    an_unknown_map_of_symbols_is_given_inputs_or_whole_tokens();
}

/// m(X), the value of m at inputs X.
constexpr Letter value_of_map(char map, Axis rows, Letter input) {
    char name[6]{map, '('};
    int length = 2;
    if (input.rows() != Axis::input || input.name() >> 16 != 0) {
        an_unknown_map_of_symbols_is_given_inputs_or_whole_tokens();
    }
    if (input.name() >> 8 != 0) {
        name[length++] = static_cast<char>(input.name() >> 8);
    }
    name[length++] = static_cast<char>(input.name() & 255);
    name[length] = ')';
    return Letter(name, rows, input.columns());
}

/// m[e], the value of m at whole tokens: those of the context (X; Y), or the query tokens (Xq; Yq).
constexpr Letter value_of_map(char map, Axis rows, Letter input, Letter output) {
    auto const is = [](Letter letter, char const* name, Axis of_rows, Axis columns) {
        return letter.rank() == Letter(name, of_rows, columns).rank();
    };
    bool const is_context = is(input, "X", Axis::input, Axis::context) && is(output, "Y", Axis::output, Axis::context);
    bool const is_query = is(input, "Xq", Axis::input, Axis::query) && is(output, "Yq", Axis::output, Axis::query);
    if (!is_context && !is_query) {
        an_unknown_map_of_symbols_is_given_inputs_or_whole_tokens();
    }
    char const name[] = {map, '[', 'e', ']', 0};
    return Letter(name, rows, input.columns());
}

}  // namespace symbolic

/// Test: tests/compile_fail/unknown_map_of_three_blocks.cpp.
template <int Blocks>
struct is_an_argument_of_an_unknown_map {
    static_assert(Blocks == 1 || Blocks == 2,
                  "a map of symbols is given inputs, one block, or whole tokens, two, as they stand in the prompt: "
                  "compare the number of blocks in this message");
    static constexpr bool value = true;
};

template <>
struct UnknownMap<Polynomial> {
    template <Axis Rows, int RowCount, AnyMatrix Columns>
    static constexpr auto values(WitnessKey const&, char const* name, Columns const& columns)
        -> Matrix<Polynomial, RowCount, cols_of<Columns>> {
        static_assert(is_an_argument_of_an_unknown_map<rows_of<Columns>>::value, "see the first error");
        return trusted::generate<Polynomial, RowCount, cols_of<Columns>>([&](int, int col) {
            Letter const input = symbolic::only_letter(trusted::entry(columns, 0, col));
            if constexpr (rows_of<Columns> == 1) {
                return Polynomial(symbolic::value_of_map(name[0], Rows, input));
            } else {
                Letter const output = symbolic::only_letter(trusted::entry(columns, 1, col));
                return Polynomial(symbolic::value_of_map(name[0], Rows, input, output));
            }
        });
    }
};

template <>
struct UnknownMap<Degree> {
    template <Axis Rows, int RowCount, AnyMatrix Columns>
    static constexpr auto values(WitnessKey const&, char const*, Columns const& columns)
        -> Matrix<Degree, RowCount, cols_of<Columns>> {
        return generate<Degree, RowCount, cols_of<Columns>>([&](int, int col) {
            Degree largest = Degree::unknown();
            for (int row = 0; row < rows_of<Columns>; ++row) {
                largest = largest + columns(row, col);
            }
            return largest;
        });
    }
};

namespace witness {

constexpr WordPair<std::uint32_t> halves(std::uint64_t bits) {
    return {static_cast<std::uint32_t>(bits >> 32), static_cast<std::uint32_t>(bits & 0xffffffffu)};
}

/// One number more in a hash: a permutation of the number's 64 bits, with the hash before as its key.
constexpr WordPair<std::uint32_t> absorbed(WordPair<std::uint32_t> const& hash, Modular number) {
    return threefry2x32(hash, halves(number.residue()));
}
constexpr WordPair<std::uint32_t> absorbed(WordPair<std::uint32_t> const& hash, Rational number) {
    auto const of_numerator = threefry2x32(hash, halves(static_cast<std::uint64_t>(number.numerator())));
    return threefry2x32(of_numerator, halves(static_cast<std::uint64_t>(number.denominator())));
}

}  // namespace witness

template <class Number>
struct UnknownMap {
    template <Axis Rows, int RowCount, AnyMatrix Columns>
    static constexpr auto values(WitnessKey const& key, char const* name, Columns const& columns)
        -> Matrix<Number, RowCount, cols_of<Columns>> {
        auto result = zero<Number, RowCount, cols_of<Columns>>();
        char const prefix[] = {name[0], '(', 0};
        for (int col = 0; col < cols_of<Columns>; ++col) {
            auto hash = witness::words(key.seed, prefix, Rows, Axis::none, rows_of<Columns>);
            for (int row = 0; row < rows_of<Columns>; ++row) {
                hash = witness::absorbed(hash, columns(row, col));
            }
            for (int row = 0; row < RowCount; ++row) {
                result(row, col) = Unknown<Number>::of_words(
                    key, threefry2x32(hash, witness::halves(static_cast<std::uint64_t>(row))));
            }
        }
        return result;
    }
};

}  // namespace incontext
