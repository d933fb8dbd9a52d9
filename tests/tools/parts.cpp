// SPDX-License-Identifier: MIT
// Lists in texts, and numbers in groups.
#include "tools/parts.hpp"

#include "catch.hpp"
#include "tools/csv.hpp"

using tools::parts_of;
using Parts = std::vector<std::string>;

TEST_CASE("a text has one part more than separators, and empty ones stay") {
    CHECK(parts_of("a,bc", ',') == Parts{"a", "bc"});
    CHECK(parts_of("a", ',') == Parts{"a"});
    CHECK(parts_of("", ',') == Parts{""});
    CHECK(parts_of(",a,", ',') == Parts{"", "a", ""});
    CHECK(parts_of("1:2,3", ':') == Parts{"1", "2,3"});
}

TEST_CASE("a column without a name is a column") {
    CHECK(tools::csv_text({{.name = "", .values = {1}}, {.name = "b", .values = {2}}}) == ",b\n1,2\n");
}

TEST_CASE("thousands stand in groups, whatever the sign and the digits") {
    CHECK(tools::number_in_groups(12000, 0) == "12,000");
    CHECK(tools::number_in_groups(-1234567.25, 1) == "-1,234,567.2");
    CHECK(tools::number_in_groups(-999, 0) == "-999");
    CHECK(tools::number_in_groups(.25, 2) == "0.25");
}
