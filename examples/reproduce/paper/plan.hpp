// SPDX-License-Identifier: MIT
/// @file
/// How long the experiments will take here: their seconds on a machine of reference, times what a few steps of training take here.
#pragma once

#include "paper/runs.hpp"

namespace paper {

/// How many times as long a step of training takes here as on the machine of reference, by the fastest of a few steps.
[[nodiscard]] double slowness(int threads);

/// The seconds that are left of an experiment: none where it is finished, at least a twentieth where it has begun.
[[nodiscard]] double seconds_left(Experiment const& experiment, RunOptions const& options, double slowness);

}  // namespace paper
