// SPDX-License-Identifier: MIT
/// @file
/// Letters: the symbols of which polynomials are made, each a scalar or a whole matrix of unnamed size.
///
///     Letter("eta")                              a scalar
///     Letter("W0", Axis::output, Axis::input)    a matrix [output x input], whatever these sizes are
#pragma once

#include <cstdint>
#include <stdexcept>

#include "incontext/support/failure.hpp"

namespace incontext {

namespace symbolic {

/// At run time this throws; in a static_assert both compilers print its name. Test: tests/static/polynomial.cpp.
[[noreturn]] inline void the_name_of_a_symbol_has_one_to_five_characters() {
    fail<std::invalid_argument>("incontext::Letter: the name of a symbol has one to five characters");
}
[[noreturn]] inline void a_symbol_has_two_axes_or_none() {
    fail<std::invalid_argument>("incontext::Letter: a symbol has two axes (a matrix) or none (a scalar)");
}

/// The characters of a name in one integer, the last one lowest: two names are one iff their integers are.
/// Errors: as Letter. Test: tests/static/polynomial.cpp.
[[nodiscard]] constexpr std::uint64_t packed_name(char const* name) {
    constexpr int longest = 5;
    std::uint64_t packed = 0;
    int length = 0;
    for (; name[length] != 0 && length <= longest; ++length) {
        packed = packed << 8 | static_cast<unsigned char>(name[length]);
    }
    if (length == 0 || length > longest) {
        the_name_of_a_symbol_has_one_to_five_characters();
    }
    return packed;
}

}  // namespace symbolic

/// The size of a block by its role. `none` marks a scalar letter. Two sizes are the same if they have the same name.
enum class Axis : std::uint8_t { none, input, output, context, query, token, key, value, feature };

/// One symbol: a scalar (both axes none), a matrix [rows x columns], or the transpose of one.
///
/// Its name has one to five characters, packed in an integer so that comparing letters is comparing integers.
/// Errors: a longer or empty name, and one axis without the other, throws std::invalid_argument (in a static_assert: does
/// not compile).
class Letter {
  public:
    constexpr Letter() = default;

    /// A scalar.
    constexpr explicit Letter(char const* name) : Letter(name, Axis::none, Axis::none) {}

    /// A matrix [rows x columns].
    constexpr Letter(char const* name, Axis rows, Axis columns) {
        if ((rows == Axis::none) != (columns == Axis::none) || rows > Axis::feature || columns > Axis::feature) {
            symbolic::a_symbol_has_two_axes_or_none();
        }
        code_ = (rows == Axis::none ? 0 : matrix_bit) | symbolic::packed_name(name) << name_shift |
                static_cast<std::uint64_t>(rows) << rows_shift | static_cast<std::uint64_t>(columns) << columns_shift;
    }

    /// Whether it commutes with all letters: eta, N, 1/N.
    [[nodiscard]] constexpr bool is_scalar() const { return (code_ & matrix_bit) == 0; }
    /// Whether it stands for the transpose of its matrix.
    [[nodiscard]] constexpr bool is_transposed() const { return (code_ & transposed_bit) != 0; }
    [[nodiscard]] constexpr Axis rows() const { return static_cast<Axis>(code_ >> rows_shift & axis_mask); }
    /// The axis of its columns, after transposition.
    [[nodiscard]] constexpr Axis columns() const { return static_cast<Axis>(code_ >> columns_shift & axis_mask); }

    /// The packed characters, the last one lowest.
    [[nodiscard]] constexpr std::uint64_t name() const { return (code_ & ~matrix_bit) >> name_shift; }

    /// The transposed matrix, whose axes change places; a scalar is its own.
    [[nodiscard]] constexpr Letter transposed() const {
        if (is_scalar()) {
            return *this;
        }
        std::uint64_t const both_axes = axis_mask << rows_shift | axis_mask << columns_shift;
        Letter result;
        result.code_ = ((code_ & ~both_axes) ^ transposed_bit) | static_cast<std::uint64_t>(columns()) << rows_shift |
                       static_cast<std::uint64_t>(rows()) << columns_shift;
        return result;
    }

    /// An order in which every scalar comes before every matrix; two letters rank equal iff name, axes and
    /// transposition agree.
    [[nodiscard]] constexpr std::uint64_t rank() const { return code_; }

    /// The letter of a rank.
    [[nodiscard]] static constexpr Letter of_rank(std::uint64_t rank) {
        Letter letter;
        letter.code_ = rank;
        return letter;
    }

  private:
    static constexpr int columns_shift = 1;
    static constexpr int rows_shift = 5;
    static constexpr int name_shift = 9;
    static constexpr std::uint64_t axis_mask = 15;
    static constexpr std::uint64_t transposed_bit = 1;
    static constexpr std::uint64_t matrix_bit = std::uint64_t{1} << 63;

    std::uint64_t code_ = 0;
};

}  // namespace incontext
