// SPDX-License-Identifier: MIT
/// @file
/// Tasks unlike those of training.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/paper_setting.hpp"
#include "incontext/experiment/evaluation.hpp"

namespace reproduce {

/// One way to be unlike them, by a number.
struct Shift {
    std::string name{};   // in files
    std::string title{};  // of figures
    std::string label{};  // of the number
    std::vector<double> values{};
    std::function<incontext::Evaluation<sizes>(double)> tasks{};
    bool has_ridge = false;  // where no rule is right, regression with a penalty is shown beside
};

[[nodiscard]] std::vector<Shift> all_shifts(incontext::Workers& workers);

/// The smallest loss of ridge regression on these tasks, by the penalty.
[[nodiscard]] double ridge_loss(incontext::Evaluation<sizes> const& tasks);

}  // namespace reproduce
