// SPDX-License-Identifier: MIT
/// @file
/// Where a run puts its results.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace tools {

class DirectoryLock;

/// A directory that belongs to this run, and was proved writable before the long run began.
class OutputDirectory {
  public:
    /// Creates the directory and its parents; owns it (directory_lock.hpp) until the last copy of this object dies; removes
    /// what a killed run was about to rename (`.name.0.tmp`); writes and removes a file as large as all results (1 MiB).
    /// Errors: throws incontext::FileError, so that a wrong --out costs a second and not a training run; and
    /// std::runtime_error if another run owns the directory: their files would mix.
    explicit OutputDirectory(std::filesystem::path path);

    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

    /// Writes a file whole or not at all; a signal waits for its end. Errors: throws incontext::FileError.
    ///
    /// Write run.json last: a directory with one is a finished run.
    void write(std::string const& name, std::string_view text) const;

  private:
    std::filesystem::path path_;
    std::shared_ptr<DirectoryLock const> lock_{};
};

}  // namespace tools
