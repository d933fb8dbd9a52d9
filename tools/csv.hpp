// SPDX-License-Identifier: MIT
/// @file
/// Curves as text: comma-separated values that any program reads, with every bit of the numbers.
#pragma once

#include <string>
#include <vector>

namespace tools {

/// The shortest decimal text that reads back as the same double; whole numbers without an exponent. "nan" and "inf"
/// for what is not a number.
[[nodiscard]] std::string number_text(double number);

/// For readers: so many digits after the point, and thousands in groups: "0.25", "12,000". Test: tests/tools/parts.cpp.
[[nodiscard]] std::string number_in_groups(double number, int digits);

/// One named column.
struct Column {
    std::string name{};
    std::vector<double> values{};
};

/// A header row and a row per value. Errors: columns of unequal length throw std::invalid_argument with both lengths.
[[nodiscard]] std::string csv_text(std::vector<Column> const& columns);

}  // namespace tools
