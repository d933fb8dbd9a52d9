// SPDX-License-Identifier: MIT
/// @file
/// Opt-in, for debugging: prompts, layers, agreements, differences and proofs print themselves.
///
///     std::cout << prompt << layer << agree(a, b, prompt) << first_difference<sizes>(a, b);
///
///     context [2 x 3]
///         1   2  0.5
///       0.1  -2   14
///     agree: the difference is 2.4e-07 at token 3, row 1; its bound is 9.1e-06, the largest value 14
///     token 0, row 3: expected 68/7, actual -96/7
///
/// A token is a column; a parameter has the name that files give it (io/arrays.hpp). Numbers are printed with the precision
/// and the flags of the stream; exact ones as fractions, symbolic ones as polynomials, those of lanes one behind the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <ios>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "incontext/equivalence/agree.hpp"
#include "incontext/equivalence/difference.hpp"
#include "incontext/equivalence/identical.hpp"
#include "incontext/io/arrays.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/number/spelling.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The matrices of a prompt, each below its name and shape. Errors: none. Test: tests/unit/print.cpp.
template <TokenShape Shape, class Number>
std::ostream& operator<<(std::ostream& stream, Prompt<Shape, Number> const& prompt);

/// The parameters of a Hana struct (a layer, a stack, a step), each behind or below its name. Errors: matrices of dynamic size do
/// not compile. Test: tests/unit/print.cpp, tests/compile_fail/print_of_dynamic_size.cpp.
template <class Parameters>
    requires(boost::hana::Struct<Parameters>::value)
std::ostream& operator<<(std::ostream& stream, Parameters const& parameters);

/// "68/7". Test: tests/unit/print.cpp.
inline std::ostream& operator<<(std::ostream& stream, Fraction const& fraction);

/// "token 0, row 3: expected 68/7, actual -96/7", or "no difference". Test: tests/unit/print.cpp.
inline std::ostream& operator<<(std::ostream& stream, Difference const& difference);

/// "agree", "differ", "cannot tell". Test: tests/unit/print.cpp.
inline std::ostream& operator<<(std::ostream& stream, Verdict verdict);

/// What it says, where, and how far it is from the bound. Test: tests/unit/print.cpp.
inline std::ostream& operator<<(std::ostream& stream, Agreement const& agreement);

/// By what it was shown, and at which sizes. Test: tests/unit/print.cpp.
inline std::ostream& operator<<(std::ostream& stream, Proof const& proof);

// ------------------------------------------------------------------------------------------------------- details ----

namespace print {

/// One number as text, in the manner of the stream.
template <class Number>
std::string text_of(std::ostream const& manner, Number const& number) {
    std::ostringstream text;
    text.copyfmt(manner);
    text.width(0);
    if constexpr (is_lanes<Number>) {
        for (int lane = 0; lane < Number::lane_count; ++lane) {
            text << (lane > 0 ? "," : "") << text_of(manner, number[lane]);
        }
    } else if constexpr (!std::is_arithmetic_v<Number> && requires { as_fraction(number); }) {
        text << as_fraction(number);
    } else if constexpr (!std::is_arithmetic_v<Number> && requires { symbolic::spell(number); }) {
        auto const spelling = symbolic::spell(number);
        text.write(spelling.characters, spelling.length);
    } else if constexpr (requires { text << number; }) {
        text << number;
    } else if constexpr (requires { number.value, number.derivative; }) {
        text << text_of(manner, number.value) << "+" << text_of(manner, number.derivative) << "e";
    } else {
        text << "?";
    }
    return text.str();
}

/// "query [2 x 3]" and the rows, right-aligned.
template <AnyMatrix M>
void put_matrix(std::ostream& stream, std::string const& name, M const& matrix) {
    if constexpr (!FixedSizes<rows_of<M>, cols_of<M>>) {
        static_cast<void>(a_matrix_has_fixed_sizes<Given<rows_of<M>, cols_of<M>>>::value);
    } else {
        constexpr int rows = rows_of<M>;
        constexpr int cols = cols_of<M>;
        std::vector<std::string> texts;
        for (int row = 0; row < rows; ++row) {
            for (int col = 0; col < cols; ++col) {
                texts.push_back(text_of(stream, matrix(row, col)));
            }
        }
        std::vector<std::size_t> widths(cols, 0);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            widths[i % cols] = std::max(widths[i % cols], texts[i].size());
        }
        stream << name << " [" << std::to_string(rows) << " x " << std::to_string(cols) << "]\n";
        for (std::size_t i = 0; i < texts.size(); ++i) {
            stream << "  " << std::string(widths[i % cols] - texts[i].size(), ' ') << texts[i]
                   << ((i + 1) % cols == 0 ? "\n" : "");
        }
    }
}

}  // namespace print

template <TokenShape Shape, class Number>
std::ostream& operator<<(std::ostream& stream, Prompt<Shape, Number> const& prompt) {
    print::put_matrix(stream, "context", prompt.context);
    print::put_matrix(stream, "query", prompt.query);
    return stream;
}

template <class Parameters>
    requires(boost::hana::Struct<Parameters>::value)
std::ostream& operator<<(std::ostream& stream, Parameters const& parameters) {
    stored::for_each_path(
        [&](std::string const& path, auto const& leaf) {
            if constexpr (AnyMatrix<std::remove_cvref_t<decltype(leaf)>>) {
                print::put_matrix(stream, path, leaf);
            } else {
                stream << path << " = " << print::text_of(stream, leaf) << "\n";
            }
        },
        "", parameters);
    return stream;
}

inline std::ostream& operator<<(std::ostream& stream, Fraction const& fraction) {
    stream << std::to_string(fraction.numerator);
    return fraction.denominator == 1 ? stream : stream << "/" << std::to_string(fraction.denominator);
}

inline std::ostream& operator<<(std::ostream& stream, Difference const& difference) {
    if (!difference) {
        return stream << "no difference";
    }
    return stream << "token " << std::to_string(difference.token) << ", row " << std::to_string(difference.row)
                  << ": expected " << difference.expected << ", actual " << difference.actual;
}

inline std::ostream& operator<<(std::ostream& stream, Verdict verdict) {
    return stream << (verdict == Verdict::agree ? "agree" : verdict == Verdict::differ ? "differ" : "cannot tell");
}

inline std::ostream& operator<<(std::ostream& stream, Agreement const& agreement) {
    stream << agreement.verdict << ": the difference is " << print::text_of(stream, agreement.difference)
           << " at token " << std::to_string(agreement.token) << ", row " << std::to_string(agreement.row);
    if (agreement.lane != 0) {
        stream << ", lane " << std::to_string(agreement.lane);
    }
    return stream << "; its bound is " << print::text_of(stream, agreement.bound) << ", the largest value "
                  << print::text_of(stream, agreement.scale);
}

inline std::ostream& operator<<(std::ostream& stream, Proof const& proof) {
    stream << (proof ? "proved" : "not shown") << (proof.by_symbols ? " for all sizes by symbols" : "");
    if (proof.size_count > 0) {
        stream << (proof.by_symbols ? ", and by numbers" : " by numbers") << " at";
        for (int i = 0; i < proof.size_count; ++i) {
            Dimensions const& sizes = proof.sizes[i];
            stream << (i > 0 ? ", " : " ") << std::to_string(sizes.input) << " + " << std::to_string(sizes.output)
                   << " with " << std::to_string(sizes.context) << " examples";
        }
        stream << "; a difference there was missed with a probability of at most "
               << print::text_of(stream, proof.escape_probability);
    }
    return stream;
}

}  // namespace incontext
