// SPDX-License-Identifier: MIT
// A name that a file gives to a member stays within the line of a sentence.
#include <string>

#include "catch.hpp"
#include "tools/json_reader.hpp"

TEST_CASE("a name with anything but letters, digits and _ is written as JSON writes it") {
    CHECK(tools::text_of_name("batch_2") == "batch_2");
    CHECK(tools::text_of_name("of two\nlines") == "\"of two\\nlines\"");
    CHECK(tools::text_of_name("\x1b[2J") == "\"\\u001b[2J\"");
    CHECK(tools::text_of_name("\xff").size() < 12);  // no UTF-8
    CHECK(tools::text_of_name(std::string(100, ' ')).size() < 60);
}
