// SPDX-License-Identifier: MIT
#include "inputs/ridge.hpp"

#include "incontext/experiment/least_squares.hpp"

namespace reproduce {

double ridge_loss(incontext::Evaluation<sizes> const& tasks) {
    return incontext::scan_ridge_penalty(tasks, {.factor = 2}).loss;
}

}  // namespace reproduce
