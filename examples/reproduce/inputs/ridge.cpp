// SPDX-License-Identifier: MIT
#include "incontext/experiment/least_squares.hpp"
#include "inputs/shifts.hpp"

namespace reproduce {

double ridge_loss(incontext::Evaluation<sizes> const& tasks) {
    return incontext::scan_ridge_penalty(tasks, {.factor = 2}).loss;
}

}  // namespace reproduce
