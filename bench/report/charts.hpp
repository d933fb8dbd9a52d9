// SPDX-License-Identifier: MIT
/// @file
/// The charts of the report. Each shows a competitor in the same colour; of PyTorch only its fastest formulation.
#pragma once

#include <string>
#include <vector>

#include "measurements.hpp"

namespace report {

/// A chart and what gnuplot is told to draw it; no script where there is nothing to show.
struct Chart {
    std::string file{};
    std::string title{};
    std::string script{};
};

/// Share of the peak by size, tasks per second, stacks by depth, parts of a training step, prediction by context length,
/// compiling by size.
[[nodiscard]] std::vector<Chart> charts(Measurements const& measurements);

}  // namespace report
