// SPDX-License-Identifier: MIT
/// @file
/// Functions of lanes that random draws need: the logarithm and the inverse of the error function.
///
/// Draws keep their bits, so these formulas stay as they are. For every float, and more exact: number/elementary.hpp.
///
/// Each lane comes out the same whatever stands in the others and however many there are.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "incontext/number/lanes.hpp"

namespace incontext {

/// The natural logarithm of positive, finite, normal floats: e log 2 + 2 atanh((m - 1) / (m + 1)) of x = 2^e m.
///
/// Exactness: relative error at most 6 2^-24 for arguments in [2^-25, 1]. Cost: 8 multiplications and a division. Errors:
/// other floats give a number of no meaning. Test: tests/unit/lane_math.cpp (against std::log).
template <int Count>
[[nodiscard]] Lanes<float, Count> natural_logarithm(Lanes<float, Count> const& x);

/// The inverse of the error function for |x| < 1, by polynomials of degree 8 in w = -log(1 - x^2), in the tails in sqrt w.
///
/// Source: [Giles2010]. Exactness: relative error below 4e-6. Cost: a logarithm and 10 multiplications; where any lane is in
/// a tail, 8 more and a square root per lane. Errors: |x| >= 1 gives a number of no meaning. Test: tests/unit/lane_math.cpp
/// (against std::erfc).
template <int Count>
[[nodiscard]] Lanes<float, Count> inverse_error_function(Lanes<float, Count> const& x);

// ------------------------------------------------------------------------------------------------------- details ----

namespace lane_math {

/// True if a comparison of packs holds in any lane, which are all ones or all zeros.
template <class Mask>
bool any(Mask const& mask) {
    std::uint32_t parts[sizeof(Mask) / sizeof(std::uint32_t)];
    std::memcpy(parts, &mask, sizeof mask);
    std::uint32_t sum = 0;
    for (std::uint32_t const part : parts) {
        sum |= part;
    }
    return sum != 0;
}

/// The bits of one pack as another pack of the same size.
template <class To, class From>
To reinterpreted(From const& from) {
    static_assert(sizeof(To) == sizeof(From));
    return To(reinterpret_cast<typename To::Pack>(from.pack));
}

}  // namespace lane_math

template <int Count>
Lanes<float, Count> natural_logarithm(Lanes<float, Count> const& x) {
    using Floats = Lanes<float, Count>;
    using Words = Lanes<std::uint32_t, Count>;
    using Integers = Lanes<std::int32_t, Count>;
    // x = 2^e m with m in [sqrt(1/2), sqrt 2); log m = 2 atanh((m - 1) / (m + 1)), of which |.| < 0.172.
    constexpr std::uint32_t root_half = 0x3f3504f3;
    auto const shifted = lane_math::reinterpreted<Words>(x) - Words(root_half);
    auto const exponent = lane_math::reinterpreted<Integers>(shifted) >> 23;
    auto const mantissa = lane_math::reinterpreted<Floats>((shifted & Words(0x007fffffu)) + Words(root_half));
    Floats const e(__builtin_convertvector(exponent.pack, typename Floats::Pack));
    Floats const s = (mantissa - Floats(1)) / (mantissa + Floats(1));
    Floats const square = s * s;
    Floats series(2.0f / 9);
    series = series * square + Floats(2.0f / 7);
    series = series * square + Floats(2.0f / 5);
    series = series * square + Floats(2.0f / 3);
    series = series * square + Floats(2.0f);
    constexpr float log_2_high = 0.693359375f;  // exact in 9 bits, so e * log_2_high is exact
    constexpr float log_2_low = -2.12194440e-4f;
    return e * Floats(log_2_high) + (s * series + e * Floats(log_2_low));
}

template <int Count>
Lanes<float, Count> inverse_error_function(Lanes<float, Count> const& x) {
    using Floats = Lanes<float, Count>;
    Floats const w = -natural_logarithm((Floats(1) - x) * (Floats(1) + x));
    auto const polynomial = [](Floats const& at, auto highest, auto... lower) {
        Floats sum(highest);
        ((sum = sum * at + Floats(lower)), ...);
        return sum;
    };
    Floats const central =
        polynomial(w - Floats(2.5f), 2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f,
                   0.00021858087f, -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f);
    auto const is_tail = w.pack >= Floats(5.0f).pack;
    if (!lane_math::any(is_tail)) {  // |x| > 0.9966, one draw in 300
        return central * x;
    }
    Floats root(3.0f);
    for (int lane = 0; lane < Count; ++lane) {
        root.set(lane, std::sqrt(w[lane]));
    }
    Floats const tail =
        polynomial(root - Floats(3.0f), -0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f,
                   0.00573950773f, -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f);
    return Floats(is_tail ? tail.pack : central.pack) * x;
}

}  // namespace incontext
