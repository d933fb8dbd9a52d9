// SPDX-License-Identifier: MIT
/// @file
/// The measurements as text.
#pragma once

#include <string>
#include <vector>

#include "measurements.hpp"

namespace report {

/// A chart that results.md shows.
struct Chart {
    std::string file{};
    std::string title{};
    std::string svg{};  // empty: nothing that it would show was measured
};

/// Seconds with a unit, tasks per second with a thousand or a million, to three digits: "58.3 µs", "1.17 ms", "24.1 M".
[[nodiscard]] std::string time_text(double seconds);
[[nodiscard]] std::string count_text(double number);

/// What the report says: which runs it is made from, its charts, and a table per work, the fastest first in each size.
/// Columns that no row of a table knows are left out.
[[nodiscard]] std::string markdown(Measurements const& measurements, std::vector<Chart> const& charts);

}  // namespace report
