// SPDX-License-Identifier: MIT
// A mistake at run time throws what it says.
#include <stdexcept>
#include <string>
#include <system_error>

#include "catch.hpp"
#include "incontext/support/failure.hpp"

TEST_CASE("a failure throws its exception with its sentence") {
    REQUIRE_THROWS_AS(incontext::fail<std::domain_error>("one sentence"), std::domain_error);
    REQUIRE_THROWS_WITH(incontext::fail<std::domain_error>("one sentence"), "one sentence");
    REQUIRE_THROWS_AS(incontext::fail<std::domain_error>(std::string("with ") + "parts"), std::domain_error);
    REQUIRE_THROWS_WITH(incontext::fail<std::domain_error>(std::string("with ") + "parts"), "with parts");
}

TEST_CASE("an exception that is made is thrown with all that it holds") {
    std::error_code thrown;
    try {
        incontext::fail_with(std::system_error(std::make_error_code(std::errc::file_exists)));
    } catch (std::system_error const& error) {
        thrown = error.code();
    }
    REQUIRE(thrown == std::errc::file_exists);
}
