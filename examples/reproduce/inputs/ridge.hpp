// SPDX-License-Identifier: MIT
/// @file
/// The baseline where no learning rule is right.
#pragma once

#include "common/paper_setting.hpp"
#include "incontext/experiment/evaluation.hpp"

namespace reproduce {

/// The smallest loss of ridge regression on these tasks, by the penalty.
[[nodiscard]] double ridge_loss(incontext::Evaluation<sizes> const& tasks);

}  // namespace reproduce
