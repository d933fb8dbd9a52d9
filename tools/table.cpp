// SPDX-License-Identifier: MIT
#include "tools/table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace tools {
namespace {

std::string line_text(std::size_t line) {
    return "line " + std::to_string(line);
}

/// A field in a sentence: shortened, and without what would break the line.
std::string shown(std::string_view field) {
    constexpr std::size_t most = 40;
    std::string text = "'";
    for (char const c : field.substr(0, most)) {
        text += static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? ' ' : c;
    }
    return text + (field.size() > most ? "...'" : "'");
}

[[noreturn]] void refuse(std::string const& place, std::string const& what) {
    throw TableError(place + ": " + what);
}

std::string fields_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " field" : " fields");
}

/// Takes one row after the other off a text.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool at_empty_line() const { return rest_.starts_with('\n') || rest_.starts_with("\r\n"); }
    [[nodiscard]] std::size_t line() const { return line_; }

    TableRow row() {
        TableRow row{.line = line_};
        do {
            column_ = row.fields.size() + 1;
            row.fields.push_back(starts_with('"') ? quoted() : plain());
        } while (take(','));
        if (!rest_.empty()) {
            end_line();
        }
        return row;
    }

  private:
    [[nodiscard]] bool starts_with(char c) const { return !rest_.empty() && rest_.front() == c; }

    bool take(char c) {
        bool const is_there = starts_with(c);
        rest_.remove_prefix(is_there ? 1 : 0);
        return is_there;
    }

    [[nodiscard]] std::string place() const { return line_text(line_) + ", column " + std::to_string(column_); }

    std::string plain() {
        std::size_t const end = std::min(rest_.find_first_of(std::string_view(",\r\n\"\0", 5)), rest_.size());
        std::string field(rest_.substr(0, end));
        rest_.remove_prefix(end);
        if (starts_with('"')) {
            refuse(place(), "a quote stands in the middle of a field, which must then be quoted as a whole");
        }
        refuse_zero_byte();
        return field;
    }

    std::string quoted() {
        std::string const begin = place();
        take('"');
        std::string field;
        while (true) {
            std::size_t const end = std::min(rest_.find_first_of(std::string_view("\"\n\0", 3)), rest_.size());
            field += rest_.substr(0, end);
            rest_.remove_prefix(end);
            if (rest_.empty()) {
                refuse(begin, "the quote that begins here is not closed");
            }
            refuse_zero_byte();
            if (take('\n')) {
                ++line_;
                field += '\n';
            } else if (take('"') && !starts_with('"')) {
                break;
            } else if (take('"')) {
                field += '"';
            }
        }
        if (!rest_.empty() && std::string_view(",\r\n").find(rest_.front()) == std::string_view::npos) {
            refuse(place(), "a comma or the end of the line must follow the closing quote");
        }
        return field;
    }

    void refuse_zero_byte() const {
        if (starts_with('\0')) {
            refuse(place(), "there is a byte of zero, so that this is no text in ASCII or UTF-8");
        }
    }

    void end_line() {
        bool const has_return = take('\r');
        if (!take('\n') && has_return) {
            refuse(place(), "a carriage return stands without a line feed");
        }
        ++line_;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::size_t column_ = 1;
};

/// Without empty lines at the end.
std::string_view without_empty_end(std::string_view text) {
    // A field that ends with a line break ends with a quote, so that nothing of a field is lost. A CR alone ends no line.
    while (text.ends_with('\n')) {
        text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
    }
    return text;
}

std::string_view without_blanks(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void check_names(TableRow const& header) {
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
        std::string const place = line_text(header.line) + ", column " + std::to_string(i + 1);
        std::string const& name = header.fields[i];
        if (name.empty()) {
            refuse(place, "the column has no name");
        }
        auto const same =
            std::find(header.fields.begin(), header.fields.begin() + static_cast<std::ptrdiff_t>(i), name);
        auto const first = same - header.fields.begin();
        if (static_cast<std::size_t>(first) < i) {
            refuse(place, "column " + std::to_string(first + 1) + " has the name " + shown(name) + ", too");
        }
    }
}

}  // namespace

Table table_in_csv(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    text = without_empty_end(text);
    if (text.empty()) {
        refuse(line_text(1), "the table is empty");
    }
    Reader reader(text);
    TableRow header = reader.row();
    check_names(header);
    Table table{.names = std::move(header.fields)};
    while (!reader.at_end()) {
        if (reader.at_empty_line()) {
            refuse(line_text(reader.line()), "the line is empty");
        }
        TableRow row = reader.row();
        if (row.fields.size() != table.names.size()) {
            std::size_t const column = std::min(row.fields.size(), table.names.size()) + 1;
            refuse(line_text(row.line) + ", column " + std::to_string(column),
                   "the row has " + fields_text(row.fields.size()) + ", and the first line " +
                       std::to_string(table.names.size()));
        }
        table.rows.push_back(std::move(row));
    }
    if (table.rows.empty()) {
        refuse(line_text(1), "there are names of columns, and no row below them");
    }
    return table;
}

std::size_t column_of(Table const& table, std::string_view name) {
    auto const found = std::find(table.names.begin(), table.names.end(), name);
    if (found == table.names.end()) {
        std::string names;
        for (std::string const& there : table.names) {
            names += (names.empty() ? "" : ", ") + shown(there);
        }
        refuse(line_text(1), "no column has the name " + shown(name) + "; there are " + names);
    }
    return static_cast<std::size_t>(found - table.names.begin());
}

std::vector<double> numbers_in(Table const& table, std::string_view name) {
    std::size_t const column = column_of(table, name);
    std::vector<double> numbers;
    numbers.reserve(table.rows.size());
    for (TableRow const& row : table.rows) {
        std::string_view const field = without_blanks(row.fields[column]);
        std::string const place =
            line_text(row.line) + ", column " + std::to_string(column + 1) + " (" + shown(name) + ")";
        if (field.empty()) {
            refuse(place, "the value is missing");
        }
        bool const has_plus = field.size() > 1 && field[0] == '+' && field[1] != '-';  // which from_chars does not know
        char const* const end = field.data() + field.size();
        double number = 0;
        auto const [stop, error] = std::from_chars(field.data() + (has_plus ? 1 : 0), end, number);
        if (error == std::errc::invalid_argument || stop != end) {
            refuse(place, shown(field) + " is no number");
        }
        if (error != std::errc{} || !std::isfinite(number)) {
            refuse(place, shown(field) + " is not finite, or beyond the range of double");
        }
        numbers.push_back(number);
    }
    return numbers;
}

Standard standard_of(std::span<double const> numbers, std::string_view place) {
    double largest = 0;
    for (double const number : numbers) {
        largest = std::max(largest, std::abs(number));
    }
    // In units of the largest, so that no sum and no square leaves the range of double.
    auto const count = static_cast<double>(numbers.size());
    double sum = 0;
    for (double const number : numbers) {
        sum += largest > 0 ? number / largest : 0;
    }
    double squares = 0;
    for (double const number : numbers) {
        double const from_mean = largest > 0 ? number / largest - sum / count : 0;
        squares += from_mean * from_mean;
    }
    Standard const standard{.mean = sum / count * largest, .deviation = std::sqrt(squares / count) * largest};
    // Equal numbers may differ from their rounded mean.
    if (!(standard.deviation > 8 * std::numeric_limits<double>::epsilon() * largest)) {
        refuse(std::string(place), "the numbers are all the same, so that they cannot be standardised");
    }
    return standard;
}

}  // namespace tools
