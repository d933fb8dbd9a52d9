// SPDX-License-Identifier: MIT
#include "tools/checksum.hpp"

#include <string>

#include "catch.hpp"

TEST_CASE("the checksum is FNV-1a with 64 bits, by its authors' test vectors") {
    CHECK(tools::checksum_of("") == "fnv-1a cbf29ce484222325");
    CHECK(tools::checksum_of("a") == "fnv-1a af63dc4c8601ec8c");
    CHECK(tools::checksum_of("foobar") == "fnv-1a 85944171f73967e8");
}
