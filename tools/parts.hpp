// SPDX-License-Identifier: MIT
/// @file
/// Texts that are lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tools {

/// What stands between the separators: one part more than there are of them, and empty ones stay. Test: tests/tools/parts.cpp.
[[nodiscard]] std::vector<std::string> parts_of(std::string_view text, char separator);

}  // namespace tools
