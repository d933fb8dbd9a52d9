// SPDX-License-Identifier: MIT
/// @file
/// The factor by which rounding can carry a result in float.
#pragma once

#include <limits>

namespace bench {

/// gamma_k = k u / (1 - k u) in float: how far k roundings carry a result, relative to it [Higham2002] sec. 3.1.
[[nodiscard]] constexpr double gamma(int roundings) {
    double const k_u = roundings * static_cast<double>(std::numeric_limits<float>::epsilon()) / 2;
    return k_u / (1 - k_u);
}

}  // namespace bench
