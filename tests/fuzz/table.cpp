// SPDX-License-Identifier: MIT
// table_in_csv and numbers_in, given anything: they read it, or they throw TableError with one sentence in one line that begins
// with a line. What was read is written with every field quoted, and read again as the same. Numbers that were read are finite.
#include "tools/table.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz.hpp"

namespace {

void require_sentence(tools::TableError const& error) {
    std::string_view const said = error.what();
    fuzz::require(said.starts_with("line ") && said.find('\n') == std::string_view::npos,
                  "one sentence, with its line");
}

void append(std::string& text, std::vector<std::string> const& fields) {
    for (std::string const& field : fields) {
        text += &field == &fields.front() ? "\"" : ",\"";
        for (char const c : field) {
            text += c == '"' ? "\"\"" : std::string(1, c);
        }
        text += '"';
    }
    text += '\n';
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace tools;
    Table table;
    try {
        table = table_in_csv(std::string_view(reinterpret_cast<char const*>(data), size));
    } catch (TableError const& error) {
        require_sentence(error);
        return 0;
    }
    std::string text;
    append(text, table.names);
    for (TableRow const& row : table.rows) {
        fuzz::require(row.fields.size() == table.names.size(), "rows are as long as the first line");
        append(text, row.fields);
    }
    Table const again = table_in_csv(text);
    fuzz::require(again.names == table.names && again.rows.size() == table.rows.size(), "as many rows are read again");
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        fuzz::require(again.rows[row].fields == table.rows[row].fields, "what was written is read as the same");
    }
    for (std::string const& name : table.names) {
        try {
            for (double const number : numbers_in(table, name)) {
                fuzz::require(std::isfinite(number), "numbers are finite");
            }
        } catch (TableError const& error) {
            require_sentence(error);
        }
    }
    return 0;
}
