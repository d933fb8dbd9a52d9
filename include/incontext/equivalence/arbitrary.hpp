// SPDX-License-Identifier: MIT
/// @file
/// The unknowns of a statement: "for any learning rate, any W0, any prompt".
///
/// A statement is written once, as a generic lambda from its unknowns to an operator:
///
///     constexpr auto step = []<class Any>(Any any) {
///         return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
///     };
///
/// and is then asked with symbols (a proof for all sizes), with exact numbers (a proof for these sizes), with degrees
/// (how sure that is).
#pragma once

#include <concepts>
#include <cstdint>

#include "incontext/matrix/block_matrix.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/number/polynomial.hpp"
#include "incontext/support/threefry.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// An axis as a function argument: any.matrix(output_axis, input_axis, "W0").
template <Axis Role>
struct AxisTag {};

/// The axis along which the inputs lie, of an unknown matrix.
inline constexpr AxisTag<Axis::input> input_axis;
/// The same, of the outputs.
inline constexpr AxisTag<Axis::output> output_axis;
/// The same, of the examples.
inline constexpr AxisTag<Axis::context> context_axis;
/// The same, of the query tokens.
inline constexpr AxisTag<Axis::query> query_axis;
/// The same, of keys.
inline constexpr AxisTag<Axis::key> key_axis;
/// The same, of values.
inline constexpr AxisTag<Axis::value> value_axis;
/// The same, of features.
inline constexpr AxisTag<Axis::feature> feature_axis;

/// Test: tests/compile_fail/unknown_of_another_axis.cpp.
template <Axis Rows, Axis Columns>
struct an_unknown_has_the_axes_of_the_problem {
    /// Whether an unknown may have this axis.
    static constexpr bool is_known(Axis axis) { return axis != Axis::none && axis != Axis::token; }
    static_assert(is_known(Rows) && is_known(Columns),
                  "an unknown matrix has two of the axes input_axis, output_axis, context_axis, query_axis, key_axis, "
                  "value_axis, feature_axis");
    static constexpr bool value = true;
};

/// The names that the prompt's own unknowns have, and the context's size. At run time this throws; in a static_assert both
/// compilers print its name. Test: tests/static/identical.cpp, tests/compile_fail/unknown_named_as_the_prompt.cpp.
[[noreturn]] inline void the_names_X_Y_Xq_Yq_and_N_belong_to_the_prompt() {
    fail<std::invalid_argument>("incontext::Arbitrary: the names X, Y, Xq, Yq, N and 1/N belong to the prompt");
}

/// At run time this throws; in a static_assert both compilers print its name. Test: tests/static/features.cpp.
[[noreturn]] inline void a_name_with_a_bracket_belongs_to_an_unknown_map() {
    fail<std::invalid_argument>("incontext::Arbitrary: a name with a bracket belongs to the values of an unknown map");
}

/// A map of columns that nobody evaluates (equivalence/any_map.hpp).
template <Axis Rows, class Any>
struct AnyMap;

/// Gives an unknown its value in the family of Number. Specialised below and beside the numbers that need it.
///
///     static constexpr Number draw(key, name, rows, columns, entry);
/// Of other numbers: one sentence. Test: tests/compile_fail/first_difference_of_floats.cpp.
template <class Number>
struct Unknown {
    static_assert(
        never<Number>,
        "a proof draws its unknowns from exact numbers: Modular or Rational for named sizes; two updates of float or "
        "double are compared by agree(first, second, prompt), and a family of numbers of your own specialises "
        "Unknown<Number> (docs/extending.md)");
};

/// From where the values of unknowns are drawn: anywhere in the field (for proofs), or from -3..3 without 0 (to show a
/// difference that a person can follow).
enum class Witnesses { anywhere, small };

/// Which draw.
struct WitnessKey {
    std::uint32_t seed = 0;
    Witnesses witnesses = Witnesses::anywhere;
};

/// The unknowns of one statement. Two unknowns of the same name, axes and seed are the same: "eta" is learning_rate() and
/// "W0" initial_weights(). The names of the prompt's unknowns are reserved, so that no other unknown is a token by accident.
/// A statement takes them as `auto any` or as a `class Any`, and so do the functions that it calls: while it is told from an update it is
/// given unknowns of another class, with the same members.
///
/// Errors: a name of other than one to five characters, a reserved name, or an axis that no unknown has does not compile.
/// Number = Polynomial: letters; every size is unnamed (the given Dimensions are not used).
/// Number = Modular: pseudo-random field elements, a pure function of (seed, name, axes, entry).
/// Number = Rational: whole numbers in -3..3 without 0, drawn likewise.
/// Test: tests/static/identical.cpp.
template <Dimensions Sizes, class Number>
struct Arbitrary {
    using Scalar = Number;
    static constexpr bool is_symbolic = std::same_as<Number, Polynomial>;

    /// In the symbolic family one block stands for all rows of a role.
    static constexpr Dimensions dimensions =
        is_symbolic ? Dimensions{.input = 1, .output = 1, .context = 1, .query = 1} : Sizes;

    /// The sizes of keys, values and features, which no prompt has: other ones than its own at the sizes that are
    /// compared, but for {1, 4, 5, 12}, where features are as many as outputs. Test: tests/static/sizes_of_the_cross_check.cpp.
    static constexpr int keys = is_symbolic ? 1 : Sizes.output + 6;
    static constexpr int values = is_symbolic ? 1 : Sizes.output + 7;
    static constexpr int features = is_symbolic ? 1 : Sizes.input + 3;

    std::uint32_t seed = 0;
    Witnesses witnesses = Witnesses::anywhere;

    /// How many entries (symbolic: blocks) an axis has.
    [[nodiscard]] static constexpr int size(Axis axis) {
        return axis == Axis::input     ? dimensions.input
               : axis == Axis::output  ? dimensions.output
               : axis == Axis::context ? dimensions.context
               : axis == Axis::query   ? dimensions.query
               : axis == Axis::key     ? keys
               : axis == Axis::value   ? values
                                       : features;
    }

    /// Any number of this name.
    [[nodiscard]] constexpr Number scalar(char const* name) const {
        return Unknown<Number>::draw({seed, witnesses}, unreserved(name), Axis::none, Axis::none, 0);
    }

    /// Any matrix of this name, e.g. any.matrix(output_axis, input_axis, "W0").
    template <Axis Rows, Axis Columns>
    [[nodiscard]] constexpr auto matrix(AxisTag<Rows>, AxisTag<Columns>, char const* name) const
        -> Matrix<Number, size(Rows), size(Columns)> {
        static_assert(an_unknown_has_the_axes_of_the_problem<Rows, Columns>::value, "see the first error");
        return drawn<Rows, Columns>(unreserved(name));
    }

    /// Any map of columns, m: of inputs x, or of whole tokens (x; y), to columns of the axis Rows: any.map(feature_axis, "m").
    template <Axis Rows>
    [[nodiscard]] constexpr AnyMap<Rows, Arbitrary> map(AxisTag<Rows>, char const* name) const {
        return {{seed, witnesses}, name};
    }

    /// Any eta.
    [[nodiscard]] constexpr Number learning_rate() const { return scalar("eta"); }

    /// Any W0 [output x input].
    [[nodiscard]] constexpr auto initial_weights() const { return matrix(output_axis, input_axis, "W0"); }

    /// Any tokens: context (X; Y) and query (Xq; Yq), all four free. More general than `embed`, whose Yq is -W0 Xq.
    [[nodiscard]] constexpr Prompt<dimensions.tokens(), Number> prompt() const {
        return {.context = above(drawn<Axis::input, Axis::context>("X"), drawn<Axis::output, Axis::context>("Y")),
                .query = above(drawn<Axis::input, Axis::query>("Xq"), drawn<Axis::output, Axis::query>("Yq"))};
    }

  private:
    template <Axis Rows, Axis Columns>
    [[nodiscard]] constexpr Matrix<Number, size(Rows), size(Columns)> drawn(char const* name) const {
        return trusted::generate<Number, size(Rows), size(Columns)>([&](int row, int col) {
            return Unknown<Number>::draw({seed, witnesses}, name, Rows, Columns,
                                         static_cast<std::uint32_t>(col * size(Rows) + row));
        });
    }

    static constexpr char const* unreserved(char const* name) {
        for (char const* character = name; *character != 0; ++character) {
            if (*character == '(' || *character == '[') {
                a_name_with_a_bracket_belongs_to_an_unknown_map();
            }
        }
        std::uint64_t const packed = symbolic::packed_name(name);
        for (char const* reserved : {"X", "Y", "Xq", "Yq", "N", "1/N"}) {
            if (packed == symbolic::packed_name(reserved)) {
                the_names_X_Y_Xq_Yq_and_N_belong_to_the_prompt();
            }
        }
        return name;
    }
};

namespace trusted {

/// True if two prompts hold the same tokens, symbolic or not. Exact. Test: tests/static/stack.cpp.
template <TokenShape Shape, class Number>
[[nodiscard]] constexpr bool same(Prompt<Shape, Number> const& a, Prompt<Shape, Number> const& b) {
    Matrix<Number, Shape.token_dim, Shape.context> const& context_of_a = a.context;
    Matrix<Number, Shape.token_dim, Shape.context> const& context_of_b = b.context;
    Matrix<Number, Shape.token_dim, Shape.query> const& query_of_a = a.query;
    Matrix<Number, Shape.token_dim, Shape.query> const& query_of_b = b.query;
    return same(context_of_a, context_of_b) && same(query_of_a, query_of_b);
}

}  // namespace trusted

// ------------------------------------------------------------------------------------------------------- details ----

template <>
struct Unknown<Polynomial> {
    static constexpr Polynomial draw(WitnessKey const&, char const* name, Axis rows, Axis columns,
                                     std::uint32_t /*entry*/) {
        return Polynomial(Letter(name, rows, columns));
    }
};

namespace witness {

/// Name and axes tell unknowns apart, as they do in the symbolic family: the whole name (40 bits) goes into the draw, so that
/// two names are never one unknown.
constexpr WordPair<std::uint32_t> words(std::uint32_t seed, char const* name, Axis rows, Axis columns,
                                        std::uint32_t entry) {
    std::uint64_t const packed = symbolic::packed_name(name);
    auto const axes = static_cast<std::uint32_t>(rows) << 4 | static_cast<std::uint32_t>(columns);
    auto const first_character = static_cast<std::uint32_t>(packed >> 32);
    return threefry2x32(WordPair<std::uint32_t>{seed, static_cast<std::uint32_t>(packed & 0xffffffffu)},
                        WordPair<std::uint32_t>{first_character << 8 | axes, entry});
}

/// One of -3, -2, -1, 1, 2, 3.
constexpr int small_integer(WordPair<std::uint32_t> const& words) {
    int const magnitude = 1 + static_cast<int>(words.first % 3);
    return words.second % 2 == 0 ? magnitude : -magnitude;
}

}  // namespace witness

/// 61 random bits. The value p itself counts as 0, so a residue has probability at most 2 / 2^61.
template <>
struct Unknown<Modular> {
    static constexpr Modular draw(WitnessKey const& key, char const* name, Axis rows, Axis columns,
                                  std::uint32_t entry) {
        return of_words(key, witness::words(key.seed, name, rows, columns, entry));
    }
    static constexpr Modular of_words(WitnessKey const& key, WordPair<std::uint32_t> const& words) {
        if (key.witnesses == Witnesses::small) {
            return Modular(witness::small_integer(words));
        }
        return Modular(static_cast<long long>((std::uint64_t{words.first} << 32 | words.second) & Modular::modulus));
    }
};

/// Fractions have no room for large witnesses: always whole numbers in -3..3 without 0.
template <>
struct Unknown<Rational> {
    static constexpr Rational draw(WitnessKey const& key, char const* name, Axis rows, Axis columns,
                                   std::uint32_t entry) {
        return of_words(key, witness::words(key.seed, name, rows, columns, entry));
    }
    static constexpr Rational of_words(WitnessKey const&, WordPair<std::uint32_t> const& words) {
        return Rational(witness::small_integer(words));
    }
};

}  // namespace incontext
