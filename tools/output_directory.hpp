// SPDX-License-Identifier: MIT
/// @file
/// Where a run puts its results.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace tools {

class DirectoryLock;

/// A directory that belongs to this run, and was proved writable before the long run began.
class OutputDirectory {
  public:
    /// Creates the directory and its parents; owns it (directory_lock.hpp) until the last copy of this object dies; removes
    /// what a killed run was about to rename (`.name.0.tmp`); writes and removes a file as large as all results (1 MiB).
    /// `program` is the one that writes: the "program" of its run.json, where it leaves one.
    /// Errors: throws incontext::FileError, so that a wrong --out costs a second and not a training run;
    /// std::runtime_error if another run owns the directory: their files would mix; and UsageError, with the directory left
    /// as it is, if a run.json or checkpoint*.json there is of another program, whose results would be lost, or run.json does
    /// not say of which. Test: tests/tools/output_directory.cpp, tests/example/one_step/checkpoints.cmake.
    OutputDirectory(std::filesystem::path path, std::string const& program);

    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

    /// Writes a file whole or not at all; a signal waits for its end. Errors: throws incontext::FileError.
    ///
    /// From the first file on an interruption says that files are there, unless the program says something of its own.
    /// Test: tests/example/conformance/interrupted.cmake.
    ///
    /// Write run.json last: a directory with one is a finished run.
    void write(std::string const& name, std::string_view text) const;

    /// Whether there is a checkpoint of any model. Errors: none; a directory that cannot be read has none.
    [[nodiscard]] bool has_checkpoints() const;

    /// What run.json says of the finished run: an object, or null where there is none. Errors: those of the constructor.
    [[nodiscard]] nlohmann::ordered_json finished_run() const;

    /// "choose another --out, or remove the directory 'out/depth'": the end of a refusal where the results are of a program.
    [[nodiscard]] std::string ways_out() const;

    /// Removes what a killed run was about to rename in a directory below this one: the constructor looks at this one alone.
    /// Errors: none; what cannot be read or removed stays. Test: tests/tools/output_directory.cpp.
    void clean(std::string const& name) const;

  private:
    std::filesystem::path path_;
    std::shared_ptr<DirectoryLock const> lock_{};
};

}  // namespace tools
