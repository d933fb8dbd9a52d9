// SPDX-License-Identifier: MIT
// A mistake at run time throws what it says.
#include <stdexcept>

#include "catch.hpp"
#include "incontext/support/failure.hpp"

TEST_CASE("a failure throws its exception with its sentence") {
    REQUIRE_THROWS_AS(incontext::fail<std::domain_error>("one sentence"), std::domain_error);
    REQUIRE_THROWS_WITH(incontext::fail<std::domain_error>("one sentence"), "one sentence");
}
