// SPDX-License-Identifier: MIT
/// @file
/// Random numbers: a uniform, normal, exponential or Laplace float from each random word, as JAX draws them.
///
///     uniform       : 23 bits as a float in [1, 2), minus 1, scaled
///     normal        : sqrt(2) erfinv(uniform(-1, 1))
///     exponential   : -log(1 - uniform(0, 1))
///     laplace       : sign(u) log(1 - |u|), u = uniform(-1, 1)
///
/// Each is a pure function of its word, which task/keys.hpp draws; the number of lanes does not change it.
#pragma once

#include <bit>
#include <cstdint>

#include "incontext/number/lane_math.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/task/keys.hpp"

namespace incontext {

/// 23 random bits as a float in [0, 1). Exact. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Lanes<float, Count> unit_uniform(Lanes<std::uint32_t, Count> const& word);

/// A float in [lowest, lowest + width). Exactness: two roundings (one if width = 1).
template <int Count>
[[nodiscard]] Lanes<float, Count> uniform(Lanes<std::uint32_t, Count> const& word, float lowest, float width);

/// A standard normal float: sqrt(2) erfinv(u), u uniform in (-1, 1).
/// Exactness: relative error below 4e-6, of erfinv [Giles2010]. Test: tests/golden/random.cpp (moments, tails).
template <int Count>
[[nodiscard]] Lanes<float, Count> normal(Lanes<std::uint32_t, Count> const& word);

/// A standard normal float conditioned on |x| <= 2, from u uniform in (-erf(sqrt 2), erf(sqrt 2)).
/// Exactness: as normal. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Lanes<float, Count> truncated_normal(Lanes<std::uint32_t, Count> const& word);

/// An exponential float, density e^-x for x >= 0: -log(1 - u), u uniform in [0, 1). The largest is 23 log 2 = 15.9.
/// Exactness: 1 - u is exact, the logarithm rounds six times at most. Test: tests/golden/random.cpp (moments, tails).
template <int Count>
[[nodiscard]] Lanes<float, Count> exponential(Lanes<std::uint32_t, Count> const& word);

/// A Laplace float, density e^-|x| / 2: sign(u) log(1 - |u|), u uniform in (-1, 1). Its sign is opposite to u's, as JAX's.
/// Exactness: as exponential. Test: tests/golden/random.cpp (moments, tails).
template <int Count>
[[nodiscard]] Lanes<float, Count> laplace(Lanes<std::uint32_t, Count> const& word);

// ------------------------------------------------------------------------------------------------------- details ----

template <int Count>
Lanes<float, Count> unit_uniform(Lanes<std::uint32_t, Count> const& word) {
    using Words = Lanes<std::uint32_t, Count>;
    return lane_math::reinterpreted<Lanes<float, Count>>((word >> 9) | Words(std::bit_cast<std::uint32_t>(1.0f))) -
           Lanes<float, Count>(1.0f);
}

template <int Count>
Lanes<float, Count> uniform(Lanes<std::uint32_t, Count> const& word, float lowest, float width) {
    auto const scaled = unit_uniform(word) * Lanes<float, Count>(width) + Lanes<float, Count>(lowest);
    Lanes<float, Count> const low(lowest);
    return Lanes<float, Count>(scaled.pack > low.pack ? scaled.pack : low.pack);
}

template <int Count>
Lanes<float, Count> exponential(Lanes<std::uint32_t, Count> const& word) {
    return -natural_logarithm(Lanes<float, Count>(1.0f) - unit_uniform(word));
}

template <int Count>
Lanes<float, Count> laplace(Lanes<std::uint32_t, Count> const& word) {
    using Floats = Lanes<float, Count>;
    constexpr float above_minus_one = -0x1.fffffep-1f;
    // u is a multiple of 2^-24 and never 0, so u and 1 - |u| are exact.
    Floats const u = uniform(word, above_minus_one, 1 - above_minus_one);
    Floats const logarithm = natural_logarithm(Floats(1.0f) - larger(u, -u));
    return Floats(u.pack < Floats(0.0f).pack ? -logarithm.pack : logarithm.pack);
}

template <int Count>
Lanes<float, Count> normal(Lanes<std::uint32_t, Count> const& word) {
    constexpr float above_minus_one = -0x1.fffffep-1f;
    constexpr float root_2 = 1.41421356237f;
    return Lanes<float, Count>(root_2) * inverse_error_function(uniform(word, above_minus_one, 1 - above_minus_one));
}

template <int Count>
Lanes<float, Count> truncated_normal(Lanes<std::uint32_t, Count> const& word) {
    constexpr float erf_root_2 = 0.954499736f;
    constexpr float root_2 = 1.41421356237f;
    return Lanes<float, Count>(root_2) * inverse_error_function(uniform(word, -erf_root_2, 2 * erf_root_2));
}

}  // namespace incontext
