// SPDX-License-Identifier: MIT
/// @file
/// The checksum of a file that a program reads again: it tells a changed file, and is no signature.
#pragma once

#include <string>
#include <string_view>

namespace tools {

/// "fnv-1a " and 16 hexadecimal digits: FNV-1a (incontext/support/fnv1a.hpp), which any change of one byte changes. Test: tests/tools/checksum.cpp.
[[nodiscard]] std::string checksum_of(std::string_view text);

}  // namespace tools
