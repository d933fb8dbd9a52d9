// SPDX-License-Identifier: MIT
/// @file
/// Random numbers: a uniform, normal, exponential or Laplace float from each random word, as JAX draws them.
///
///     uniform       : 23 bits as a float in [1, 2), minus 1, scaled
///     normal        : sqrt(2) erfinv(uniform(-1, 1))
///     exponential   : -log(1 - uniform(0, 1))
///     laplace       : sign(u) log(1 - |u|), u = uniform(-1, 1)
///
/// and, where nothing has to match JAX, two normal floats from two words:
///
///     normal_pair   : r cos a, r sin a, r = sqrt(-2 log u), u uniform in (0, 1), a uniform in [-pi, pi)
///
/// Each is a pure function of its word, which task/keys.hpp draws; the number of lanes does not change it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "incontext/number/lane_math.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/task/keys.hpp"

namespace incontext {

/// 23 random bits as a float in [0, 1). Exact. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Lanes<float, Count> unit_uniform(Lanes<std::uint32_t, Count> const& word);

/// A float u width + lowest, u in [0, 1), and lowest where that is below it, as of a negative width. Exactness: two roundings (one if
/// width = 1), which may come to lowest + width: 1.1f of lowest = 1 and width = .1f. Test: tests/golden/random.cpp.
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
/// Exactness: 1 - u is exact; the relative error of the logarithm is at most 6 2^-24. Test: tests/golden/random.cpp (moments, tails).
template <int Count>
[[nodiscard]] Lanes<float, Count> exponential(Lanes<std::uint32_t, Count> const& word);

/// A Laplace float, density e^-|x| / 2: sign(u) log(1 - |u|), u uniform in (-1, 1). Its sign is opposite to u's, as JAX's.
/// Exactness: as exponential. Test: tests/golden/random.cpp (moments, tails).
template <int Count>
[[nodiscard]] Lanes<float, Count> laplace(Lanes<std::uint32_t, Count> const& word);

/// Two independent standard normal floats, by [BoxMuller1958]. The largest is sqrt(-2 log 2^-24) = 5.77.
///
/// For two numbers a logarithm, a root and two polynomials, without a branch, and nothing lane by lane.
/// Exactness: u and a are exact, absolute error below 3e-6. Test: tests/unit/sixteen_bit_inputs.cpp (the formula in
/// double, moments, tails).
template <int Count>
[[nodiscard]] std::array<Lanes<float, Count>, 2> normal_pair(Lanes<std::uint32_t, Count> const& radius,
                                                             Lanes<std::uint32_t, Count> const& angle);

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

template <int Count>
std::array<Lanes<float, Count>, 2> normal_pair(Lanes<std::uint32_t, Count> const& radius,
                                               Lanes<std::uint32_t, Count> const& angle) {
    using Floats = Lanes<float, Count>;
    using Words = Lanes<std::uint32_t, Count>;
    auto const polynomial = [](Floats const& at, float highest, auto... lower) {
        Floats sum(highest);
        ((sum = sum * at + Floats(lower)), ...);
        return sum;
    };
    // u is an odd multiple of 2^-24, so never 0, whose logarithm is infinite, nor 1, whose root has no reciprocal.
    Floats const square = Floats(-2) * natural_logarithm(unit_uniform(radius) + Floats(0x1p-24f));
    // The root by a guess of its reciprocal from the exponent and three steps of Newton. elementary.hpp has it for every float.
    Floats inverse =
        lane_math::reinterpreted<Floats>(Words(0x5f3759dfu) - (lane_math::reinterpreted<Words>(square) >> 1));
    Floats const half_square = Floats(0.5f) * square;
    for (int step = 0; step < 3; ++step) {
        inverse = inverse * (Floats(1.5f) - half_square * inverse * inverse);
    }
    Floats const r = square * inverse;
    // sin(2 pi t) / t and cos(2 pi t) as polynomials of t^2, best for |t| <= 1/2: errors below 4e-7 and 2e-8.
    Floats const t = unit_uniform(angle) - Floats(0.5f);
    Floats const z = t * t;
    Floats const sine_by_t =
        polynomial(z, -12.473669f, 41.3443984f, -76.6148071f, 81.5999756f, -41.3415909f, 6.283185f);
    Floats const cosine =
        polynomial(z, 6.52961063f, -25.9683132f, 60.1678314f, -85.4501648f, 64.9391174f, -19.7392044f, 1.0f);
    return {r * cosine, r * t * sine_by_t};
}

}  // namespace incontext
