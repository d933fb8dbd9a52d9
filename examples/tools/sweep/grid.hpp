// SPDX-License-Identifier: MIT
/// @file
/// The grid of a sweep, its rows, and the files that its cells leave.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sweep/cell.hpp"

namespace sweep {

/// The values of each dimension; a cell for each combination.
struct Grid {
    std::vector<int> inputs{10};
    std::vector<int> contexts{10};
    std::vector<int> layers{1};
    std::vector<int> steps{5000};
    std::vector<int> batches{2048};
    std::vector<double> rates{};  // empty: that of the paper, .001, or .0005 for more than three layers
    std::vector<std::uint32_t> seeds{0};

    /// In the order of the file: sizes first, seeds last. Errors: tools::UsageError for more than a million.
    [[nodiscard]] std::vector<Cell> cells() const;
};

/// "5,10", "1:3,8" (with both ends). Errors: tools::UsageError with the option's name for what is none, outside of the bounds,
/// or twice there, and for more than 100,000 of them. Test: tests/example/sweep/usage.cmake.
[[nodiscard]] std::vector<int> whole_numbers_in(std::string const& option, std::string const& text, long least,
                                                long greatest);
/// ".001,3e-4": positive numbers, different as float, which is what trains.
[[nodiscard]] std::vector<double> rates_in(std::string const& option, std::string const& text);

/// The names of the columns, with the end of the line.
[[nodiscard]] std::string header();

/// The file of a cell, below the directory of the sweep; its name says all that tells it from others.
[[nodiscard]] std::filesystem::path file_of(std::filesystem::path const& directory, Cell const& cell);

/// Writes the row of a finished cell, with its checksum. Errors: incontext::FileError; std::runtime_error for results that are not
/// finite.
void keep_row(std::filesystem::path const& directory, Cell const& cell, CellResult const& result);
/// The row that a finished cell has left; none where it has not. Errors: a file that is not the row of this cell, or whose checksum
/// does not fit, throws std::runtime_error, and stays.
[[nodiscard]] std::optional<std::string> finished_row(std::filesystem::path const& directory, Cell const& cell);

}  // namespace sweep
