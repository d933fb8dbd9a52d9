// SPDX-License-Identifier: MIT
/// @file
/// Numbers that are roughly normal, the same with every compiler.
#pragma once

#include <cstdint>

namespace test {

/// Roughly normal: the sum of twelve uniform numbers, from a seed.
struct Normal {
    std::uint64_t state = 1;
    double operator()() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            sum += static_cast<double>(state >> 11) * 0x1p-53;
        }
        return sum;
    }
};

}  // namespace test
