// SPDX-License-Identifier: MIT
/// @file
/// Catch2 of either generation: 2.13 (Debian 12) is one header, 3 is a library.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // a global name in Catch2 2
using Catch::Matchers::ContainsSubstring;
#else
#include <catch2/catch.hpp>
inline auto ContainsSubstring(std::string const& part) {  // its name in Catch2 3
    return Catch::Matchers::Contains(part);
}
#endif
