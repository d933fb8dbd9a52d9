// SPDX-License-Identifier: MIT
/// @file
/// Reading files that may hold anything.
#pragma once

#include <filesystem>
#include <string>

namespace tools {

/// The whole text of a regular file of at most 1 GiB.
/// Errors: throws incontext::FileError where there is none, for a directory, a device or a pipe, for more, and for what the
/// disk does not give.
[[nodiscard]] std::string text_of_file(std::filesystem::path const& file);

}  // namespace tools
