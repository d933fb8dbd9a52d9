// SPDX-License-Identifier: MIT
#include "tools/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <stdexcept>

namespace tools {
namespace {

/// RFC 4180: a field with a comma, a quote or a line break is quoted, and quotes in it are doubled.
std::string field(std::string const& name) {
    if (name.find_first_of(",\"\r\n") == std::string::npos) {
        return name;
    }
    std::string quoted = "\"";
    for (char const c : name) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + '"';
}

}  // namespace

std::string number_text(double number) {
    if (std::isnan(number)) {
        return "nan";  // to_chars shows the sign of a nan, which means nothing
    }
    constexpr double exact_integers = 9007199254740992.0;  // 2^53
    bool const is_whole = std::fabs(number) <= exact_integers && std::trunc(number) == number;
    char text[32];
    auto const result = is_whole ? std::to_chars(text, text + sizeof text, number, std::chars_format::fixed)
                                 : std::to_chars(text, text + sizeof text, number);
    return {text, result.ptr};
}

std::string number_in_groups(double number, int digits) {
    char text[400];
    std::snprintf(text, sizeof text, "%.*f", digits, number);
    std::string result = text;
    auto const first = static_cast<std::size_t>(result.starts_with('-'));
    for (std::size_t end = std::min(result.find('.'), result.size()); end > first + 3;) {
        result.insert(end -= 3, ",");
    }
    return result;
}

std::string csv_text(std::vector<Column> const& columns) {
    std::string text;
    for (Column const& column : columns) {
        if (column.values.size() != columns.front().values.size()) {
            throw std::invalid_argument("csv_text: column '" + column.name + "' has " +
                                        std::to_string(column.values.size()) + " values and column '" +
                                        columns.front().name + "' has " +
                                        std::to_string(columns.front().values.size()));
        }
        text += (&column == &columns.front() ? "" : ",") + field(column.name);
    }
    text += '\n';
    std::size_t const rows = columns.empty() ? 0 : columns.front().values.size();
    for (std::size_t row = 0; row < rows; ++row) {
        for (Column const& column : columns) {
            text += number_text(column.values[row]);
            text += &column == &columns.back() ? '\n' : ',';
        }
    }
    return text;
}

}  // namespace tools
