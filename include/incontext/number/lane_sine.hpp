// SPDX-License-Identifier: MIT
/// @file
/// The sine of lanes, for arguments of a few periods.
///
/// Each lane comes out the same whatever stands in the others and however many there are.
#pragma once

#include <cstdint>

#include "incontext/number/lane_math.hpp"
#include "incontext/number/lanes.hpp"

namespace incontext {

/// sin x for |x| <= 1000: x = n pi + r with |r| <= pi/2, and (-1)^n times an odd polynomial of r.
///
/// The polynomial is the Taylor series up to r^13, whose next term is below 7e-10 at pi/2. Exactness: absolute error at most 2^-23 for
/// |x| <= 100, 2^-22 up to 1000; relative to the result it is not bounded near the zeros. Cost: 12 multiplications. Errors: larger
/// arguments lose digits as they grow, from about 1e6 on the result is no sine and grows with them, and NaN and infinity give NaN. Test: tests/unit/sine_waves.cpp (against std::sin).
template <int Count>
[[nodiscard]] Lanes<float, Count> sine(Lanes<float, Count> const& x) {
    using Floats = Lanes<float, Count>;
    using Words = Lanes<std::uint32_t, Count>;
    constexpr float round_to_integer = 0x1.8p23f;  // added, it leaves the nearest integer in the last bits
    Floats const shifted = x * Floats(0.318309886f) + Floats(round_to_integer);
    Floats const n = shifted - Floats(round_to_integer);
    // pi in three parts: n times the first two is exact for |n| < 2^11.
    Floats const r = ((x - n * Floats(3.140625f)) - n * Floats(9.67502593994140625e-4f)) - n * Floats(1.50995799e-7f);
    Floats const square = r * r;
    Floats series(1.0f / 6227020800.0f);
    for (float const coefficient : {-1.0f / 39916800, 1.0f / 362880, -1.0f / 5040, 1.0f / 120, -1.0f / 6}) {
        series = series * square + Floats(coefficient);
    }
    Floats const magnitude = r + r * square * series;
    Words const odd = lane_math::reinterpreted<Words>(shifted) << 31;  // n is odd: the last bit, as a sign
    return lane_math::reinterpreted<Floats>(lane_math::reinterpreted<Words>(magnitude) ^ odd);
}

}  // namespace incontext
