// SPDX-License-Identifier: MIT
/// @file
/// The largest of many errors.
#pragma once

#include <cmath>
#include <limits>

namespace test {

/// Infinite as soon as one of the errors is not a number, which std::max would pass over.
struct Worst {
    double error = 0;

    void see(double next) {
        if (!(next <= error)) {
            error = std::isnan(next) ? std::numeric_limits<double>::infinity() : next;
        }
    }
};

}  // namespace test
