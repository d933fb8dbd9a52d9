// SPDX-License-Identifier: MIT
/// @file
/// One run at a time in a directory.
#pragma once

#include <filesystem>
#include <string>

namespace tools {

/// Owns a directory as long as it lives: the file `.lock` in it is locked, and says who the owner is.
///
/// The lock is the system's (flock): it ends with its process, however that ends, so a file that a killed run has left is
/// taken over. Errors: if another run owns the directory, std::runtime_error with both names; incontext::FileError if the
/// file cannot be written or locked.
class DirectoryLock {
  public:
    explicit DirectoryLock(std::filesystem::path const& directory);
    ~DirectoryLock();
    DirectoryLock(DirectoryLock const&) = delete;
    DirectoryLock& operator=(DirectoryLock const&) = delete;

  private:
    std::string file_;
    int descriptor_;
};

}  // namespace tools
