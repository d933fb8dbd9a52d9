// SPDX-License-Identifier: MIT
/// @file
/// The eigenvalues of contexts and the rates that fit them, compiled once for all programs: Eigen's decompositions take
/// longer to compile than a model.
#pragma once

#include <cstdint>

#include "incontext/experiment/spectrum.hpp"

namespace reproduce {

/// Spectra::of_tasks of the paper's tasks, with Context examples: one of those that spectra.cpp lists.
template <int Context>
[[nodiscard]] incontext::Spectra spectra_of_tasks(std::uint32_t seed, int count);

/// The rates, shared by all steps, with which GD++ has the smallest expected loss.
[[nodiscard]] incontext::StepRates shared_plus_plus_rates(incontext::Spectra const& spectra, int layers);

}  // namespace reproduce
