// SPDX-License-Identifier: MIT
/// @file
/// Tables that others wrote, as comma-separated values (RFC 4180): what is wrong is told with its line and its column.
///
///     Table const table = table_in_csv(text_of_file("sunspots.csv"));
///     std::vector<double> const years = numbers_in(table, "YEAR");
///
/// The first line holds the names of the columns. Only columns that are asked for must hold numbers.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tools {

/// A table is not what it should be. what() is one sentence that begins with the place: "line 3, column 2 ('age'): ...".
class TableError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One row, as text.
struct TableRow {
    std::size_t line = 0;  // of the file, where the row begins; the first line is 1
    std::vector<std::string> fields{};
};

/// All rows have as many fields as there are names.
struct Table {
    std::vector<std::string> names{};
    std::vector<TableRow> rows{};
};

/// The table in a text of comma-separated values.
///
/// Fields may be quoted, with "" for a quote; then they may hold commas and line breaks. Lines end with LF or CR LF. A byte
/// order mark of UTF-8 is passed over, and so are empty lines at the end. Cost: one pass.
/// Errors: throws TableError for an empty text, one without rows, a row of another length than the header, an empty line
/// between rows, a name that is missing or there twice, a quote that is not closed or stands in the middle of a field, a CR
/// without LF, and a byte of zero (as of UTF-16). Test: tests/tools/table.cpp, tests/fuzz/table.cpp.
[[nodiscard]] Table table_in_csv(std::string_view text);

/// The place of the column of this name. Errors: throws TableError, with the names there are, if there is none.
[[nodiscard]] std::size_t column_of(Table const& table, std::string_view name);

/// A column as numbers, decimal, with a point; blanks around them are passed over. Exactness: rounded to nearest.
/// Errors: throws TableError for a column that is not there, a field that is empty, one that is no number, and one that is
/// not finite or beyond the range of double.
[[nodiscard]] std::vector<double> numbers_in(Table const& table, std::string_view name);

/// Where numbers are shifted and scaled to mean 0 and variance 1.
struct Standard {
    double mean = 0;
    double deviation = 1;

    /// In units of the deviation where the difference, or the product, leaves the range of double. Test: tests/tools/table.cpp.
    [[nodiscard]] double of(double number) const {
        double const from_mean = number - mean;
        return std::isfinite(from_mean) ? from_mean / deviation : number / deviation - mean / deviation;
    }
    [[nodiscard]] double back(double number) const {
        double const result = mean + deviation * number;
        return std::isfinite(result) ? result : deviation * (mean / deviation + number);
    }
};

/// Mean and standard deviation (divided by the count) of numbers. Exactness: in double, in units of the largest number.
/// Errors: throws TableError, which begins with `place`, where they are all the same up to rounding, or there are none.
[[nodiscard]] Standard standard_of(std::span<double const> numbers, std::string_view place);

}  // namespace tools
