// SPDX-License-Identifier: MIT
/// @file
/// Parameters as text, and back without the loss of a bit.
///
///     incontext parameters 2
///     layer.query: float [2 x 3]
///     0x1.8p-3 -0x1p+0 0x0p+0
///     0x1.99999ap-4 0x1p-149 0x1.fffffep+127
///     steps: integer [1 x 1]
///     1200
///
/// Every leaf of a Hana struct in the order of its declaration: the members that lead to it, kind of number, shape, then a line per
/// row. Elements of arrays and tuples are numbered from 0, as in io/arrays.hpp. The numbers are hexadecimal: exact, and readable for
/// strtod, Python's float.fromhex and people. Version 1 named the last member alone, by which two layers are like two heads.
#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "incontext/matrix/matrix.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// A text that does not hold the parameters that were asked for. what() is one sentence: the line, what stands there, and
/// what was expected.
class ParametersError : public std::runtime_error {
  public:
    ParametersError(int line, std::string const& sentence)
        : std::runtime_error("parameters, line " + std::to_string(line) + ": " + sentence) {}
};

/// The text of a Hana struct (a layer, a stack, an optimiser's moments, a measurement) whose leaves are matrices of, or
/// single, float, double or integers.
///
/// Exactness: parameters_from_text gives the same bits; a NaN stays one, but its payload may change. Cost: some 20 bytes
/// per number. Errors: leaves of other numbers, or of dynamic size, do not compile. Test: tests/unit/parameters_text.cpp.
template <class Parameters>
[[nodiscard]] std::string parameters_text(Parameters const& parameters);

/// Gives `parameters` the values that the text holds. Spaces and line ends are those that parameters_text writes; a
/// carriage return before a line end is accepted, and a space behind the last number of a row.
///
/// Errors: throws ParametersError and leaves `parameters` as they were when the text is too short or too long, is of
/// another struct (by the names of its members and of theirs), another shape or other numbers, or holds what is no number.
/// Test: tests/unit/parameters_text.cpp.
template <class Parameters>
void parameters_from_text(std::string_view text, Parameters& parameters);

// ------------------------------------------------------------------------------------------------------- details ----

namespace parameters_io {

inline constexpr std::string_view first_line = "incontext parameters 2";  // the 2 is the version of this format

template <class Number>
constexpr std::string_view kind() {
    static_assert(std::same_as<Number, float> || std::same_as<Number, double> ||
                      (std::integral<Number> && !std::same_as<Number, bool>),
                  "only parameters of float, double and integers can be written as text");
    return std::integral<Number> ? "integer" : std::same_as<Number, float> ? "float" : "double";
}

/// "query: float [2 x 3]".
template <class Number>
std::string declaration(std::string const& name, int rows, int cols) {
    return name + ": " + std::string(kind<Number>()) + " [" + std::to_string(rows) + " x " + std::to_string(cols) + "]";
}

template <class Number>
void append_number(std::string& text, Number number) {
    char digits[64];
    std::to_chars_result written{};
    if constexpr (std::integral<Number>) {
        written = std::to_chars(digits, digits + sizeof digits, number);
    } else {
        written = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::hex);
    }
    std::string_view const shown(digits, static_cast<std::size_t>(written.ptr - digits));
    // to_chars leaves out the 0x, by which strtod would know the number; neither "inf" nor "nan" has one.
    bool const is_negative = shown.front() == '-';
    bool const has_digits = shown[is_negative ? 1 : 0] >= '0' && shown[is_negative ? 1 : 0] <= '9';
    text += is_negative ? "-" : "";
    text += std::floating_point<Number> && has_digits ? "0x" : "";
    text += shown.substr(is_negative ? 1 : 0);
}

/// The value of hexadecimal digits with a point and an exponent, "1.8p-3", rounded to nearest and ties to even: what
/// std::from_chars does, which libc++ 19 has for integers only. False, and no number, where the digits are not all of the
/// word, or where a number that is not 0 would be infinite or 0.
template <std::floating_point Number>
bool is_hexadecimal(std::string_view word, Number& number) {
    using Limits = std::numeric_limits<Number>;
    std::uint64_t mantissa = 0;  // times 2^exponent, and more than that if digits did not fit
    int exponent = 0;
    bool more = false;
    bool has_digits = false;
    bool has_point = false;
    for (; !word.empty() && (word.front() == '.' ? !has_point : word.front() != 'p'); word.remove_prefix(1)) {
        unsigned digit = 0;
        if (word.front() == '.') {
            has_point = true;
        } else if (std::from_chars(word.data(), word.data() + 1, digit, 16).ec != std::errc()) {
            return false;
        } else if ((mantissa >> 60) == 0) {
            has_digits = true;
            mantissa = mantissa * 16 + digit;
            exponent -= has_point ? 4 : 0;
        } else {
            more = more || digit != 0;
            exponent += has_point ? 0 : 4;
        }
    }
    if (word.starts_with('p')) {
        word.remove_prefix(word.starts_with("p+") && !word.starts_with("p+-") ? 2 : 1);
        int power = 0;
        auto const [stop, error] = std::from_chars(word.data(), word.data() + word.size(), power);
        if (error != std::errc()) {
            return false;  // no number, or far beyond every range
        }
        word.remove_prefix(static_cast<std::size_t>(stop - word.data()));
        constexpr int far = 1 << 28;  // beyond every range, and no overflow below
        exponent += std::clamp(power, -far, far);
    }
    if (!word.empty() || !has_digits) {
        return false;
    }
    if (mantissa == 0) {
        number = 0;
        return true;
    }
    // As many bits as the number has at this size, fewer where it is subnormal.
    int const highest = exponent + static_cast<int>(std::bit_width(mantissa)) - 1;
    int const missing = std::max(0, Limits::min_exponent - 1 - highest);
    int const surplus = static_cast<int>(std::bit_width(mantissa)) - Limits::digits + missing;
    if (surplus > 64) {
        return false;
    }
    if (surplus > 0) {
        std::uint64_t const half = std::uint64_t{1} << (surplus - 1);
        std::uint64_t const rest = mantissa & (half - 1 + half);
        mantissa = surplus == 64 ? 0 : mantissa >> surplus;
        mantissa += rest > half || (rest == half && (more || mantissa % 2 == 1)) ? 1 : 0;
        exponent += surplus;
    }
    if (mantissa == 0 || exponent + static_cast<int>(std::bit_width(mantissa)) > Limits::max_exponent) {
        return false;
    }
    number = std::ldexp(static_cast<Number>(mantissa), exponent);  // exact
    return true;
}

/// True, and the number, if the word is one as append_number writes it.
template <class Number>
bool is_number(std::string_view word, Number& number) {
    if constexpr (std::integral<Number>) {
        char const* const end = word.data() + word.size();
        auto const [stop, error] = std::from_chars(word.data(), end, number);
        return error == std::errc() && stop == end;
    } else {
        bool const is_negative = word.starts_with('-');
        std::string_view const magnitude = word.substr(is_negative ? 1 : 0);
        bool is_known = true;
        if (magnitude.starts_with("0x")) {
            is_known = is_hexadecimal(magnitude.substr(2), number);
        } else if (magnitude == "inf") {
            number = std::numeric_limits<Number>::infinity();
        } else if (magnitude == "nan" || (magnitude.starts_with("nan(") && magnitude.ends_with(')'))) {
            number = std::numeric_limits<Number>::quiet_NaN();
        } else {
            is_known = false;  // a decimal number, for instance
        }
        number = is_negative ? -number : number;
        return is_known;
    }
}

/// Reads line after line and says where it is.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[noreturn]] void fail(std::string const& sentence) const { fail_with(ParametersError(line_, sentence)); }

    /// The next line without its end. `expected` says what should come, for a text that has ended.
    std::string_view line(std::string const& expected) {
        ++line_;
        if (rest_.empty()) {
            fail("expected " + expected + ", but the text ends here");
        }
        std::size_t const end = rest_.find('\n');
        if (end == std::string_view::npos) {
            fail("expected " + expected + ", but the text ends within this line");
        }
        std::string_view const found = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return found.ends_with('\r') ? found.substr(0, found.size() - 1) : found;
    }

    void expect_line(std::string const& expected) {
        std::string_view const found = line("'" + expected + "'");
        if (found != expected) {
            fail("expected '" + expected + "', found " + quoted(found));
        }
    }

    void expect_end() {
        if (!rest_.empty()) {
            ++line_;
            fail("expected the end of the text, found " + quoted(rest_.substr(0, rest_.find('\n'))));
        }
    }

    /// The numbers of a row. Of the kind of number alone, so that it is compiled once for matrices of every shape.
    template <class Number>
    std::vector<Number> row(std::string const& name, int row, int cols) {
        std::vector<Number> numbers;
        std::string const what = "row " + std::to_string(row + 1) + " of '" + name + "'";
        std::string_view words = line(what + " with " + count(cols));
        for (int col = 0; col < cols; ++col) {
            if (words.empty()) {
                fail(what + " should have " + count(cols) + ", but has " + std::to_string(col));
            }
            std::string_view const word = words.substr(0, words.find(' '));
            words.remove_prefix(word.size() + (word.size() < words.size() ? 1 : 0));
            if (Number number{}; is_number(word, number)) {
                numbers.push_back(number);
            } else {
                fail(what + " should hold " + (std::integral<Number> ? "integers" : "numbers such as -0x1.8p-3") +
                     " that fit its type, found " + quoted(word));
            }
        }
        if (!words.empty()) {
            fail(what + " should have " + count(cols) + ", but more follows: " + quoted(words));
        }
        return numbers;
    }

  private:
    static std::string count(int numbers) { return std::to_string(numbers) + (numbers == 1 ? " number" : " numbers"); }

    /// The beginning of what was found: a wrong file may be one long line of anything.
    static std::string quoted(std::string_view found) {
        constexpr std::size_t most = 40;
        std::string text = "'";
        for (char const c : found.substr(0, most)) {
            text += static_cast<unsigned char>(c) < ' ' ? '?' : c;
        }
        return text + (found.size() > most ? "...'" : "'");
    }

    std::string_view rest_;
    int line_ = 0;
};

/// A path with the dot behind it that stands before a name: layers.1 is not the beginning of layers.10.
inline std::string with_dot(std::string const& path) {
    return path.empty() || path.ends_with('.') ? path : path + ".";
}

/// Calls visit(path, leaf) for every leaf of a tree.
template <class Visit, class Tree>
void for_each_path(Visit const& visit, std::string const& path, Tree& tree) {
    using Bare = std::remove_const_t<Tree>;
    auto const below = [&](std::string const& name) { return with_dot(path) + name; };
    if constexpr (parameters::is_array<Bare>) {
        for (std::size_t index = 0; index < Bare::count; ++index) {
            for_each_path(visit, below(std::to_string(index)), tree[index]);
        }
    } else if constexpr (is_parameter_tree<Tree>) {
        [&]<int... Index>(std::integer_sequence<int, Index...>) {
            [[maybe_unused]] auto const visit_one = [&]<int I>(std::integral_constant<int, I>) {
                std::string const name = parameters::child_name<I, Bare>("");
                for_each_path(visit, below(name.empty() ? std::to_string(I) : name), parameters::child<I>(tree));
            };
            (visit_one(std::integral_constant<int, Index>{}), ...);
        }
        (std::make_integer_sequence<int, parameters::count_of_children<Bare>()>{});
    } else {
        visit(path, tree);
    }
}

/// Calls see(number type, rows, columns, entry(row, col)) for a leaf: a single number is a matrix [1 x 1].
/// Errors: a matrix of dynamic size does not compile. Test: tests/compile_fail/text_of_dynamic_size.cpp, npy_of_dynamic_size.cpp.
template <class Leaf, class See>
void as_matrix(Leaf& leaf, See const& see) {
    if constexpr (AnyMatrix<Leaf> && !FixedSizes<rows_of<Leaf>, cols_of<Leaf>>) {
        static_cast<void>(a_matrix_has_fixed_sizes<Given<rows_of<Leaf>, cols_of<Leaf>>>::value);
    } else if constexpr (AnyMatrix<Leaf>) {
        see(NumberOf<Leaf>{}, rows_of<Leaf>, cols_of<Leaf>,
            [&](int row, int col) -> decltype(auto) { return leaf(row, col); });
    } else {
        see(std::remove_const_t<Leaf>{}, 1, 1, [&](int, int) -> Leaf& { return leaf; });
    }
}

}  // namespace parameters_io

template <class Parameters>
std::string parameters_text(Parameters const& parameters) {
    static_assert(parameters::are_trees<Parameters>::value, "see the first error");
    std::string text(parameters_io::first_line);
    text += '\n';
    parameters_io::for_each_path(
        [&](std::string const& name, auto const& leaf) {
            parameters_io::as_matrix(leaf, [&](auto number, int rows, int cols, auto const& entry) {
                text += parameters_io::declaration<decltype(number)>(name, rows, cols) + "\n";
                for (int row = 0; row < rows; ++row) {
                    for (int col = 0; col < cols; ++col) {
                        text += col > 0 ? " " : "";
                        parameters_io::append_number<decltype(number)>(text, entry(row, col));
                    }
                    text += '\n';
                }
            });
        },
        "", parameters);
    return text;
}

template <class Parameters>
void parameters_from_text(std::string_view text, Parameters& parameters) {
    require_changeable<Parameters>();
    static_assert(parameters::are_trees<Parameters>::value, "see the first error");
    Parameters read = parameters;
    parameters_io::Reader reader(text);
    reader.expect_line(std::string(parameters_io::first_line));
    parameters_io::for_each_path(
        [&](std::string const& name, auto& leaf) {
            parameters_io::as_matrix(leaf, [&](auto number, int rows, int cols, auto const& entry) {
                reader.expect_line(parameters_io::declaration<decltype(number)>(name, rows, cols));
                for (int row = 0; row < rows; ++row) {
                    auto const numbers = reader.row<decltype(number)>(name, row, cols);
                    for (int col = 0; col < cols; ++col) {
                        entry(row, col) = numbers[static_cast<std::size_t>(col)];
                    }
                }
            });
        },
        "", read);
    reader.expect_end();
    parameters = read;
}

/// Test: tests/compile_fail/text_after_the_parameters.cpp.
template <class... Arguments>
struct parameters_are_read_from_a_text_into_a_variable {
    static_assert(
        never<Arguments...>,
        "parameters_from_text(text, parameters) reads a text, such as that of parameters_text(parameters), into a "
        "layer, an optimiser's state or a training's, which is a variable: the text comes first");
};

/// Whether these are a text and a variable.
template <class... Arguments>
inline constexpr bool are_a_text_and_a_variable = false;
template <class Text, class Parameters>
inline constexpr bool are_a_text_and_a_variable<Text, Parameters&> = std::convertible_to<Text, std::string_view>;

/// In another order, for instance: one sentence.
template <class... Arguments>
    requires(!are_a_text_and_a_variable<Arguments...>)
constexpr auto parameters_from_text(Arguments&&...) {
    return parameters_are_read_from_a_text_into_a_variable<std::remove_cvref_t<Arguments>...>();
}

}  // namespace incontext
