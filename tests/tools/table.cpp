// SPDX-License-Identifier: MIT
// Tables of others: what is read, and the sentence for each kind of mistake, with its line and its column.
#include "tools/table.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

using namespace tools;

namespace {

using Numbers = std::vector<double>;
using Fields = std::vector<std::string>;

/// What is said of it.
template <class Read>
std::string refusal(Read const& read) {
    try {
        read();
    } catch (TableError const& error) {
        return error.what();
    }
    return "nothing";
}

std::string refusal_of_text(std::string_view text) {
    return refusal([&] { static_cast<void>(table_in_csv(text)); });
}

/// Of the last column of a table "name,x" with this field in line 3.
std::string refusal_of_number(std::string const& field) {
    return refusal([&] { static_cast<void>(numbers_in(table_in_csv("name,x\na,1\nb," + field + "\nc,3\n"), "x")); });
}

double number(std::string const& field) {
    return numbers_in(table_in_csv("x\n" + field + "\n"), "x").at(0);
}

}  // namespace

TEST_CASE("a table is read column by column, and text stays where nobody asks for numbers") {
    Table const table = table_in_csv("name,age,pay\nAnn,31,1.5\nBob,47,-2e3\n");
    CHECK(table.names == Fields{"name", "age", "pay"});
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[1].line == 3);
    CHECK(table.rows[1].fields == Fields{"Bob", "47", "-2e3"});
    CHECK(numbers_in(table, "age") == Numbers{31, 47});
    CHECK(numbers_in(table, "pay") == Numbers{1.5, -2000});
}

TEST_CASE("byte order mark, CR LF, a missing last line break and empty lines at the end change nothing") {
    for (std::string const text : {"x,y\n1,2\n3,4\n", "\xEF\xBB\xBFx,y\n1,2\n3,4\n", "x,y\r\n1,2\r\n3,4\r\n",
                                   "x,y\n1,2\n3,4", "x,y\n1,2\r\n3,4\n\n\r\n\n"}) {
        INFO(text);
        Table const table = table_in_csv(text);
        CHECK(numbers_in(table, "x") == Numbers{1, 3});
        CHECK(numbers_in(table, "y") == Numbers{2, 4});
    }
}

TEST_CASE("quoted fields hold commas, quotes and line breaks, and lines are counted on") {
    Table const table = table_in_csv("\"a \"\"b\"\", c\",\"YEAR\"\r\n\"two\r\nlines\",\"1950\"\n\"\",51\nlast,x\n");
    CHECK(table.names == Fields{"a \"b\", c", "YEAR"});
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0].fields == Fields{"two\r\nlines", "1950"});
    CHECK(table.rows[1].fields == Fields{"", "51"});
    CHECK(table.rows[1].line == 4);
    CHECK(refusal([&] { static_cast<void>(numbers_in(table, "YEAR")); }) ==
          "line 5, column 2 ('YEAR'): 'x' is no number");
}

TEST_CASE("numbers are decimal, with blanks around them, and rounded to nearest") {
    CHECK(number(" .5\t") == .5);
    CHECK(number("+7") == 7);
    CHECK(number("\"-0.1\"") == -.1);
    CHECK(number("1E3") == 1000);
    CHECK(number("9007199254740993") == 9007199254740992.0);
    CHECK(number("5e-324") == std::numeric_limits<double>::denorm_min());
}

TEST_CASE("a missing value is told with its line and column") {
    CHECK(refusal_of_number("") == "line 3, column 2 ('x'): the value is missing");
    CHECK(refusal_of_number("  ") == "line 3, column 2 ('x'): the value is missing");
    CHECK(refusal_of_number("\"\"") == "line 3, column 2 ('x'): the value is missing");
    CHECK(refusal_of_number("NA") == "line 3, column 2 ('x'): 'NA' is no number");
}

TEST_CASE("text where a number must be is told with its line and column") {
    for (std::string const field :
         {"abc", "1.5x", "1 2", "0x10", "1e", "-", "+", "+-1", "--1", "\"1,5\"", "1;2", "\xE2\x88\x92\x31"}) {
        INFO(field);
        std::string const said = refusal_of_number(field);
        CHECK(said.starts_with("line 3, column 2 ('x'): '"));
        CHECK(said.ends_with("' is no number"));
    }
    CHECK(refusal_of_number(std::string(1000, 'a')) ==
          "line 3, column 2 ('x'): '" + std::string(40, 'a') + "...' is no number");
    CHECK(refusal_of_number("\"a\nb\"") == "line 3, column 2 ('x'): 'a b' is no number");  // one sentence in one line
}

TEST_CASE("what is not finite is told with its line and column") {
    for (std::string const field : {"inf", "-inf", "nan", "-nan", "NaN", "infinity", "1e999", "-1e999", "1e-999"}) {
        INFO(field);
        CHECK(refusal_of_number(field) ==
              "line 3, column 2 ('x'): '" + field + "' is not finite, or beyond the range of double");
    }
}

TEST_CASE("rows of unequal length are told with their line") {
    CHECK(refusal_of_text("a,b,c\n1,2,3\n1,2\n") == "line 3, column 3: the row has 2 fields, and the first line 3");
    CHECK(refusal_of_text("a,b\n1,2,3\n") == "line 2, column 3: the row has 3 fields, and the first line 2");
    CHECK(refusal_of_text("a,b\n1\n") == "line 2, column 2: the row has 1 field, and the first line 2");
    CHECK(refusal_of_text("a,b\n1,2\n\n3,4\n") == "line 3: the line is empty");
    CHECK(refusal_of_text("a\n1\n\n2\n") == "line 3: the line is empty");
    CHECK(refusal_of_text("a\n1\n\r\n2\n") == "line 3: the line is empty");
    Table const quoted = table_in_csv("a\n1\n\"\"\n2\n");  // a field that is empty, and no empty line
    REQUIRE(quoted.rows.size() == 3);
    CHECK(quoted.rows[1].fields == Fields{""});
}

TEST_CASE("an empty file and one without rows are told") {
    for (char const* text : {"", "\n\r\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"}) {
        CHECK(refusal_of_text(text) == "line 1: the table is empty");
    }
    CHECK(refusal_of_text("a,b\n") == "line 1: there are names of columns, and no row below them");
}

TEST_CASE("names that are missing or there twice are told with their column") {
    CHECK(refusal_of_text("a,,c\n1,2,3\n") == "line 1, column 2: the column has no name");
    CHECK(refusal_of_text("a,b,a\n1,2,3\n") == "line 1, column 3: column 1 has the name 'a', too");
    Table const table = table_in_csv("a,b\n1,2\n");
    CHECK(refusal([&] { static_cast<void>(numbers_in(table, "c")); }) ==
          "line 1: no column has the name 'c'; there are 'a', 'b'");
}

TEST_CASE("quotes that do not fit are told with their place") {
    CHECK(refusal_of_text("a,b\n1,\"2\n3,4\n") == "line 2, column 2: the quote that begins here is not closed");
    CHECK(refusal_of_text("a,b\n1,x\"2\"\n") ==
          "line 2, column 2: a quote stands in the middle of a field, which must then be quoted as a whole");
    CHECK(refusal_of_text("a,b\n1,\"2\"3\n") ==
          "line 2, column 2: a comma or the end of the line must follow the closing quote");
}

TEST_CASE("what is no text in lines is told") {
    CHECK(refusal_of_text("a,b\r1,2\r3,4\r") == "line 1, column 2: a carriage return stands without a line feed");
    for (char const* text : {"a,b\n1,2\r", "a,b\n1,2\r\r\n", "a,b\n1,2\r\n\r"}) {
        CHECK(refusal_of_text(text).find("a carriage return stands without a line feed") != std::string::npos);
    }
    std::string_view const zeros("a,b\n1,\0\n", 8);
    CHECK(refusal_of_text(zeros) ==
          "line 2, column 2: there is a byte of zero, so that this is no text in ASCII or UTF-8");
    std::string_view const quoted_zeros("a,b\n1,\"\0\"\n", 10);
    CHECK(refusal_of_text(quoted_zeros) == refusal_of_text(zeros));
}

TEST_CASE("numbers are standardised to mean 0 and variance 1, and back") {
    Standard const standard = standard_of(Numbers{1, 3, 5, 7}, "here");
    CHECK(standard.mean == 4);
    CHECK(standard.deviation == Approx(std::sqrt(5.)).epsilon(1e-15));
    CHECK(standard.of(4) == 0);
    CHECK(standard.back(standard.of(7)) == Approx(7).epsilon(1e-15));
}

TEST_CASE("no square leaves the range of double") {
    for (double const unit : {1e-320, 1e-200, 1e300}) {
        Standard const standard = standard_of(Numbers{1 * unit, 3 * unit, 5 * unit, 7 * unit}, "here");
        CHECK(standard.mean == Approx(4 * unit).epsilon(1e-3));
        CHECK(standard.deviation == Approx(std::sqrt(5.) * unit).epsilon(1e-3));
    }
}

TEST_CASE("the largest numbers are standardised, and back") {
    Numbers const numbers{-1.7e308, -1.7e308, -1.7e308, 1.7e308};
    Standard const standard = standard_of(numbers, "here");
    CHECK(standard.of(1.7e308) == Approx(std::sqrt(3.)).epsilon(1e-14));
    CHECK(standard.of(-1.7e308) == Approx(-1 / std::sqrt(3.)).epsilon(1e-14));
    for (double const number : numbers) {
        CHECK(standard.back(standard.of(number)) / number == Approx(1).epsilon(1e-14));
    }
}

TEST_CASE("a constant column cannot be standardised") {
    for (Numbers const& numbers : {Numbers{}, Numbers{2}, Numbers{0, 0, 0}, Numbers(10, .1), Numbers(1000, 1e300),
                                   Numbers(7, -1e-320), Numbers{.3, .1 + .2}}) {
        CHECK(refusal([&] { static_cast<void>(standard_of(numbers, "lines 2 to 4, column 1 ('x')")); }) ==
              "lines 2 to 4, column 1 ('x'): the numbers are all the same, so that they cannot be standardised");
    }
    CHECK(.1 + .2 != .3);  // the same but for rounding
    CHECK(standard_of(Numbers{1, 1 + 1e-12}, "here").deviation > 0);
}
