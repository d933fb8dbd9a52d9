// SPDX-License-Identifier: MIT
/// @file
/// The theorems that the page shows, each as the static_assert in tests/static that the compiler has accepted.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace paper {

struct Theorem {
    std::string name;  // what claims call it
    std::string title;
    std::string says;       // in plain words
    std::string file;       // from the top of the repository
    std::string statement;  // how the static_assert begins, behind "static_assert("
};

[[nodiscard]] std::vector<Theorem> const& theorems();

/// A static_assert as it stands in its file, and the line where it begins.
struct Excerpt {
    std::string text{};
    int line = 0;
};

/// Errors: a file that cannot be read throws incontext::FileError, a static_assert that is not there std::runtime_error.
[[nodiscard]] Excerpt excerpt_of(Theorem const& theorem, std::filesystem::path const& repository);

}  // namespace paper
