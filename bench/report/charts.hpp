// SPDX-License-Identifier: MIT
/// @file
/// The charts of the report. Each shows a competitor in the same colour; of PyTorch only its fastest formulation.
#pragma once

#include <vector>

#include "measurements.hpp"
#include "tables.hpp"

namespace report {

/// Tasks per second of one layer, its share of the peak by token dimension, steps of training per second, a prediction by
/// context length.
[[nodiscard]] std::vector<Chart> charts(Measurements const& measurements);

}  // namespace report
