// SPDX-License-Identifier: MIT
/// @file
/// The page: every claim of the paper beside the number here, the theorems, the figures, and where paper and code disagree. One
/// file that needs no other: the style and the figures are in it, and there is no script.
#pragma once

#include <filesystem>
#include <string>

#include "paper/runs.hpp"

namespace paper {

/// How a page is written: from what stands in options.directory(), which is not changed.
struct PageText {
    std::string html{};
    int rows = 0;
    int equal = 0;  // equals, or within
    int different = 0;
    int not_stated = 0;
    int not_run = 0;
    int failed = 0;
};

/// Errors: a document of the repository that cannot be read throws incontext::FileError. What is wrong with a run is shown as failed.
[[nodiscard]] PageText page_of(RunOptions const& options, std::filesystem::path const& repository);

}  // namespace paper
