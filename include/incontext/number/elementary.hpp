// SPDX-License-Identifier: MIT
/// @file
/// Elementary functions of lanes of float: exp, tanh, log and the reciprocal square root, for every float.
///
/// They are found by their argument: exp(x). The largest errors below are of all 2^32 floats, in units in the last place of
/// the exact result (of the subnormal grid where it is subnormal), compiled with fused multiply-adds and without, whichever
/// is larger. The test holds a thousandth of them to these numbers.
///
/// Each lane comes out the same whatever stands in the others and however many there are. The bits depend on whether the
/// compiler fuses multiplications with additions (g++ does where the target can) and on nothing else: each formula has one
/// way to be fused, and no instruction that estimates is used. With -mavx512f and without -mfma, as no -march has it, only
/// wide registers fuse, and the number of lanes counts. Subnormal numbers must not be flushed to zero; with -ffast-math and
/// the like these functions do not compile (support/ieee_arithmetic.hpp).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "incontext/number/lane_math.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

namespace algebra {

/// e^x = 2^n e^r with n = round(x / log 2) and |r| <= (log 2) / 2, e^r by a polynomial of degree 6.
///
/// Exactness: largest error 1.08 ulp; 0 and infinity where the exact result rounds to them. Cost: 11 multiplications.
/// Errors: none; NaN stays NaN. Test: tests/unit/lane_elementary.cpp (against std::exp in double).
template <int Count>
[[nodiscard]] Lanes<float, Count> exp(Lanes<float, Count> const& x);

/// tanh x: below 0.625 by an odd polynomial of degree 11, above as 1 - 2 / (e^(2x) + 1); the sign is put back at the end.
///
/// Exactness: largest error 1.2 ulp; x itself where |x| < 2^-13, so +-0 and subnormal numbers. Cost: 17 multiplications
/// and a division. Errors: none; NaN stays NaN. Test: tests/unit/lane_elementary.cpp (against std::tanh in double).
template <int Count>
[[nodiscard]] Lanes<float, Count> tanh(Lanes<float, Count> const& x);

/// The natural logarithm: e log 2 + log m of x = 2^e m with m in [sqrt(1/2), sqrt 2), log m by a polynomial of degree 11.
///
/// natural_logarithm (number/lane_math.hpp) takes normal numbers alone. It stays beside this one because draws of random
/// numbers need no more, are faster with it, and must keep their bits.
///
/// Exactness: largest error 0.88 ulp. Cost: 15 multiplications. Errors: log(+-0) is -infinity, of negative numbers NaN;
/// NaN stays NaN. Test: tests/unit/lane_elementary.cpp (against std::log in double).
template <int Count>
[[nodiscard]] Lanes<float, Count> log(Lanes<float, Count> const& x);

/// 1 / sqrt x: a guess from the exponent, two steps of Newton, and one of third order whose residual is exact but for one
/// rounding.
///
/// Exactness: largest error 0.75 ulp. Cost: 14 multiplications. Errors: +-infinity for +-0, NaN for negative numbers; 0 for
/// infinity; NaN stays NaN. Test: tests/unit/lane_elementary.cpp (against std::sqrt in double).
template <int Count>
[[nodiscard]] Lanes<float, Count> reciprocal_square_root(Lanes<float, Count> const& x);

}  // namespace algebra
using algebra::exp;
using algebra::log;
using algebra::reciprocal_square_root;
using algebra::tanh;

// ------------------------------------------------------------------------------------------------------- details ----

namespace elementary {

/// function(x), a register of the target at a time: g++ computes comparisons and choices of wider packs lane by lane.
///
/// Each register is copied by itself. A copy of the whole pack goes in smaller pieces, for which the next load waits.
template <int Count, class Function>
Lanes<float, Count> by_registers(Lanes<float, Count> const& x, Function const& function) {
    require_ieee_arithmetic<Lanes<float, Count>>();
    if constexpr (Count <= native_float_lanes) {
        return function(x);
    } else {
        using Register = Lanes<float, native_float_lanes>;
        Lanes<float, Count> result;
        auto const* const from = reinterpret_cast<unsigned char const*>(&x);
        auto* const to = reinterpret_cast<unsigned char*>(&result);
        for (std::size_t place = 0; place < sizeof x; place += sizeof(Register)) {
            Register lanes;
            std::memcpy(&lanes, from + place, sizeof lanes);
            lanes = function(lanes);
            std::memcpy(to + place, &lanes, sizeof lanes);
        }
        return result;
    }
}

template <class Floats>
using WordsOf = Lanes<std::uint32_t, Floats::lane_count>;
template <class Floats>
using IntegersOf = Lanes<std::int32_t, Floats::lane_count>;

inline constexpr std::uint32_t sign_bit = 0x80000000u;
inline constexpr float least_normal = 0x1p-126f;
inline constexpr float infinity = std::numeric_limits<float>::infinity();
inline constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

template <class Floats>
WordsOf<Floats> bits(Floats const& x) {
    return lane_math::reinterpreted<WordsOf<Floats>>(x);
}

template <class Floats>
Floats of_bits(WordsOf<Floats> const& words) {
    return lane_math::reinterpreted<Floats>(words);
}

/// Words as whole numbers with a sign, shifted right: halved as often, rounded down.
template <class Floats>
IntegersOf<Floats> shifted_right(WordsOf<Floats> const& words, int by) {
    return lane_math::reinterpreted<IntegersOf<Floats>>(words) >> by;
}

/// lowest + x (next + x (...)).
template <class Floats, class... Coefficients>
Floats polynomial(Floats const& x, float lowest, Coefficients... higher) {
    if constexpr (sizeof...(higher) == 0) {
        return Floats(lowest);
    } else {
        return polynomial(x, higher...) * x + Floats(lowest);
    }
}

/// 2^n for whole numbers -126 <= n <= 127.
template <class Floats>
Floats power_of_two(WordsOf<Floats> const& n) {
    return of_bits<Floats>((n << 23) + WordsOf<Floats>(std::bit_cast<std::uint32_t>(1.0f)));
}

/// e^x = 2^exponent (1 + rest), |rest| < 0.42.
template <class Floats>
struct Exponential {
    WordsOf<Floats> exponent;
    Floats rest;
};

// log 2 = high + low within 2^-36. Both have 16 bits at most, so that products with whole numbers below 2^8 are exact.
inline constexpr float log_2_high = 0x1.62e4p-1f;
inline constexpr float log_2_low = 0x1.7f7ep-20f;

template <class Floats>
Exponential<Floats> exponential(Floats const& x) {
    constexpr float one_over_log_2 = 0x1.715476p+0f;
    constexpr float to_whole = 0x1.8p23f;  // a sum of this size has no room for fractions: adding it rounds
    Floats const sum = x * Floats(one_over_log_2) + Floats(to_whole);
    Floats const n = sum - Floats(to_whole);
    Floats const r = (x - n * Floats(log_2_high)) - n * Floats(log_2_low);
    Floats const series =
        polynomial(r, 0.499999983f, 0.166665448f, 0.0416671587f, 0.00836640791f, 0.00138848848f);  // 2^-26 of e^r - 1
    return {bits(sum) - WordsOf<Floats>(std::bit_cast<std::uint32_t>(to_whole)), r + r * r * series};
}

template <class Floats>
Floats exp_of(Floats const& x) {
    // Beyond these every result is infinity or 0. NaN compares as false, and so passes.
    Floats const inside = larger(smaller(x, Floats(89)), Floats(-104));
    auto const [exponent, rest] = exponential(inside);
    // 2^n in two factors, because n is in [-150, 128]: the first product is exact, the second rounds once.
    auto const half = lane_math::reinterpreted<WordsOf<Floats>>(shifted_right<Floats>(exponent, 1));
    return (rest + Floats(1)) * power_of_two<Floats>(half) * power_of_two<Floats>(exponent - half);
}

template <class Floats>
Floats tanh_of(Floats const& x) {
    auto const sign = bits(x) & WordsOf<Floats>(sign_bit);
    Floats const inside = smaller(of_bits<Floats>(bits(x) ^ sign), Floats(10));  // tanh 10 rounds to 1
    auto const [exponent, rest] = exponential(inside + inside);
    Floats const scale = power_of_two<Floats>(exponent);
    Floats const large = Floats(1) - Floats(2) / (rest * scale + (scale + Floats(1)));
    Floats const square = inside * inside;
    Floats const series = polynomial(square, -0.333332831f, 0.133314662f, -0.0537413546f, 0.0206436694f,
                                     -0.00570950049f);  // 2^-27 of tanh
    Floats const small = inside + inside * square * series;
    Floats const magnitude(inside.pack < Floats(0.625f).pack ? small.pack : large.pack);
    return of_bits<Floats>(bits(magnitude) | sign);
}

template <class Floats>
Floats log_of(Floats const& x) {
    using Pack = typename Floats::Pack;
    auto const is_subnormal = x.pack < Floats(least_normal).pack;
    Floats const normal(is_subnormal ? (x * Floats(0x1p23f)).pack : x.pack);
    constexpr std::uint32_t root_half = 0x3f3504f3;
    auto const shifted = bits(normal) - WordsOf<Floats>(root_half);
    Floats const exponent(__builtin_convertvector(shifted_right<Floats>(shifted, 23).pack, Pack));
    Floats const e = exponent - Floats(is_subnormal ? Floats(23).pack : Pack{});
    Floats const f = of_bits<Floats>((shifted & WordsOf<Floats>(0x007fffff)) + WordsOf<Floats>(root_half)) - Floats(1);
    // log(1 + f) = f - f^2 / 2 + f^3 series, within 2^-30 of it.
    Floats const series = polynomial(f, 0.333333136f, -0.250000087f, 0.200020635f, -0.166680025f, 0.142205234f,
                                     -0.124060638f, 0.118822044f, -0.116706511f, 0.0675288711f);
    Floats const square = f * f;
    Floats const tail = f * square * series + (e * Floats(log_2_low) - Floats(0.5f) * square);
    Floats const finite = e * Floats(log_2_high) + (f + tail);
    Pack result = x.pack < Floats(infinity).pack ? finite.pack : x.pack;  // infinity and NaN
    result = x.pack == Pack{} ? Floats(-infinity).pack : result;
    result = x.pack < Pack{} ? Floats(not_a_number).pack : result;
    return Floats(result);
}

template <class Floats>
Floats reciprocal_square_root_of(Floats const& x) {
    using Pack = typename Floats::Pack;
    // Into [2^-119, 2^124), where the square of the result is a normal number.
    auto const is_small = x.pack < Floats(0x1p-100f).pack;
    Floats const scaled = x * Floats(is_small ? Floats(0x1p30f).pack : Floats(0x1p-4f).pack);
    Floats y = of_bits<Floats>(WordsOf<Floats>(0x5f3759df) - (bits(scaled) >> 1));  // within 2^-4.8
    Floats const half = Floats(0.5f) * scaled;
    y = y + y * (Floats(0.5f) - half * y * y);  // within 2^-9.1
    y = y + y * (Floats(0.5f) - half * y * y);  // within 2^-17.6
    // Cut to 12 bits its square is exact.
    Floats const cut = of_bits<Floats>(bits(y) & WordsOf<Floats>(0xfffff000));
    Floats const residual = Floats(1) - scaled * (cut * cut);
    y = cut + cut * (residual * polynomial(residual, 0.5f, 0.375f));
    y = y * Floats(is_small ? Floats(0x1p15f).pack : Floats(0x1p-2f).pack);
    Pack result = x.pack == Floats(infinity).pack ? Pack{} : y.pack;
    Floats const signed_infinity = of_bits<Floats>((bits(x) & WordsOf<Floats>(sign_bit)) | bits(Floats(infinity)));
    result = x.pack == Pack{} ? signed_infinity.pack : result;
    result = x.pack < Pack{} ? Floats(not_a_number).pack : result;
    return Floats(result);
}

}  // namespace elementary

namespace algebra {

template <int Count>
Lanes<float, Count> exp(Lanes<float, Count> const& x) {
    return elementary::by_registers(x, [](auto const& lanes) { return elementary::exp_of(lanes); });
}

template <int Count>
Lanes<float, Count> tanh(Lanes<float, Count> const& x) {
    return elementary::by_registers(x, [](auto const& lanes) { return elementary::tanh_of(lanes); });
}

template <int Count>
Lanes<float, Count> log(Lanes<float, Count> const& x) {
    return elementary::by_registers(x, [](auto const& lanes) { return elementary::log_of(lanes); });
}

template <int Count>
Lanes<float, Count> reciprocal_square_root(Lanes<float, Count> const& x) {
    return elementary::by_registers(x, [](auto const& lanes) { return elementary::reciprocal_square_root_of(lanes); });
}

}  // namespace algebra

}  // namespace incontext
