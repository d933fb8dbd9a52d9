// SPDX-License-Identifier: MIT
/// @file
/// Where a run puts its results.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tools {

/// A directory that was proved writable before the long run began.
class OutputDirectory {
  public:
    /// Creates the directory and its parents, then writes and removes a file as large as all results (1 MiB).
    /// Errors: throws incontext::FileError, so that a wrong --out costs a second and not a training run.
    explicit OutputDirectory(std::filesystem::path path);

    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

    /// Writes a file whole or not at all. Errors: throws incontext::FileError.
    ///
    /// Write run.json last: a directory with one is a finished run.
    void write(std::string const& name, std::string_view text) const;

  private:
    std::filesystem::path path_;
};

}  // namespace tools
