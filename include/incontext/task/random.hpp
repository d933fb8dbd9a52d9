// SPDX-License-Identifier: MIT
/// @file
/// Keys, uniform and normal numbers: the generator of the paper's experiments, bit for bit where it is integer.
///
/// The reference implementation draws its tasks with JAX's default generator (threefry2x32, non-partitionable). Drawing
/// them the same way gives the same tasks, so that its printed loss can be compared with ours to all digits.
///
///     bits(key, n)  : counters 0..n-1 (an odd n is padded by one 0); first half paired with second half, encrypted
///     split(key, n) : bits(key, 2n) read as n keys
///     uniform       : 23 bits as a float in [1, 2), minus 1, scaled
///     normal        : sqrt(2) erfinv(uniform(-1, 1))
///     exponential   : -log(1 - uniform(0, 1))
///     laplace       : sign(u) log(1 - |u|), u = uniform(-1, 1)
///
/// Everything is written for packs: Word = Lanes<std::uint32_t, n> draws for n keys at once. A draw is a pure function of
/// its key and index; the number of lanes does not change it.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "incontext/number/lanes.hpp"
#include "incontext/support/threefry.hpp"

namespace incontext {

/// n keys at once. With one lane, a single key.
template <int Count>
using Keys = WordPair<Lanes<std::uint32_t, Count>>;

/// The key of a seed, PRNGKey(seed) = (0, seed), in every lane.
template <int Count>
[[nodiscard]] Keys<Count> key_of_seed(std::uint32_t seed) {
    return {Lanes<std::uint32_t, Count>(0), Lanes<std::uint32_t, Count>(seed)};
}

/// A key for the index-th use of a key (JAX's fold_in): threefry(key, (0, index)).
/// Exactness: exact. Cost: one block. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Keys<Count> folded_in(Keys<Count> const& key, std::uint32_t index) {
    return threefry2x32(key, key_of_seed<Count>(index));
}

/// The uses of a run's seed, so that no two of them share a key.
inline constexpr std::uint32_t initialisation_stream = 0;
inline constexpr std::uint32_t training_stream = 1;

/// 32-bit word number `index` (one per lane) of bits(key, total).
/// Exactness: exact. Cost: one block. Errors: an index of total or more gives a word of no meaning. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Lanes<std::uint32_t, Count> random_word(Keys<Count> const& key, std::uint32_t total,
                                                      Lanes<std::uint32_t, Count> const& index);

/// Key number `index` (one per lane) of split(key, total).
/// Exactness: exact. Cost: two blocks. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Keys<Count> split_key(Keys<Count> const& key, std::uint32_t total,
                                    Lanes<std::uint32_t, Count> const& index) {
    return {random_word(key, 2 * total, index + index),
            random_word(key, 2 * total, index + index + Lanes<std::uint32_t, Count>(1u))};
}

/// All keys of split(key, Total).
/// Exactness: exact. Cost: Total blocks, fewer than by split_key. Test: tests/golden/random.cpp (against split_key).
template <int Total, int Count>
[[nodiscard]] std::array<Keys<Count>, Total> split_keys(Keys<Count> const& key);

/// Calls use(index, word) for every word of bits(key, Total), each pair of words from one block.
/// Exactness: exact. Cost: Total / 2 blocks, rounded up. Test: tests/golden/random.cpp (against random_word).
template <int Total, int Count, class Use>
void for_each_random_word(Keys<Count> const& key, Use&& use);

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

/// The natural logarithm of positive, finite, normal floats.
/// Exactness: absolute error below 1.5e-7 for arguments in [2^-25, 1]. Test: tests/golden/random.cpp (against std::log).
template <int Count>
[[nodiscard]] Lanes<float, Count> natural_logarithm(Lanes<float, Count> const& x);

/// The inverse of the error function for |x| < 1, by polynomials of degree 8 in w = -log(1 - x^2), in the tails in sqrt w [Giles2010].
/// Exactness: relative error below 4e-6. Test: tests/golden/random.cpp (against std::erf).
template <int Count>
[[nodiscard]] Lanes<float, Count> inverse_error_function(Lanes<float, Count> const& x);

// ------------------------------------------------------------------------------------------------------- details ----

namespace random {

/// Two words that are computed with in turn, or two such pairs. A block of threefry is one long chain of operations that
/// wait for each other; with the chains of other blocks beside it a processor need not wait.
template <class Word>
struct Both {
    Word one;
    Word other;

    [[gnu::always_inline]] friend Both operator+(Both const& a, Both const& b) { return {a.one + b.one, a.other + b.other}; }
    template <class Key>
    [[gnu::always_inline]] friend Both operator+(Both const& a, Key const& key) {
        return {a.one + key, a.other + key};
    }
    [[gnu::always_inline]] friend Both operator^(Both const& a, Both const& b) { return {a.one ^ b.one, a.other ^ b.other}; }
    [[gnu::always_inline]] friend Both operator|(Both const& a, Both const& b) { return {a.one | b.one, a.other | b.other}; }
    [[gnu::always_inline]] friend Both operator<<(Both const& a, int by) { return {a.one << by, a.other << by}; }
    [[gnu::always_inline]] friend Both operator>>(Both const& a, int by) { return {a.one >> by, a.other >> by}; }
};

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
    return To((typename To::Pack)(from.pack));
}

}  // namespace random

template <int Count>
Lanes<std::uint32_t, Count> random_word(Keys<Count> const& key, std::uint32_t total,
                                        Lanes<std::uint32_t, Count> const& index) {
    using Words = Lanes<std::uint32_t, Count>;
    std::uint32_t const half = (total + 1) / 2;
    auto const in_second_half = index.pack >= Words(half).pack;
    Words const first(in_second_half ? index.pack - half : index.pack);
    Words const second_counter = first + Words(half);
    // The padding word of an odd total has counter 0.
    Words const second(second_counter.pack >= Words(total).pack ? Words(0u).pack : second_counter.pack);
    auto const block = threefry2x32(key, {first, second});
    return Words(in_second_half ? block.second.pack : block.first.pack);
}

template <int Total, int Count, class Use>
void for_each_random_word(Keys<Count> const& key, Use&& use) {
    using Words = Lanes<std::uint32_t, Count>;
    using Four = random::Both<random::Both<Words>>;
    constexpr int half = (Total + 1) / 2;
    constexpr int in_fours = half / 4 * 4;
    auto const first = [](int i) { return Words(static_cast<std::uint32_t>(i)); };
    auto const second = [](int i) { return Words(i + half == Total ? 0u : static_cast<std::uint32_t>(i + half)); };
    // Uses of the words stand in one place each, or they would be compiled eight times.
    auto const use_blocks = [&](int from, auto const& words, auto const& other_words) {
        for (int k = 0; k < static_cast<int>(words.size()); ++k) {
            use(from + k, words[static_cast<std::size_t>(k)]);
        }
        for (int k = 0; k < static_cast<int>(words.size()); ++k) {
            if (from + k + half != Total) {  // else the word is the padding's
                use(from + k + half, other_words[static_cast<std::size_t>(k)]);
            }
        }
    };
    for (int i = 0; i < in_fours; i += 4) {
        auto const [words, others] =
            threefry2x32(key, WordPair<Four>{{{first(i), first(i + 1)}, {first(i + 2), first(i + 3)}},
                                             {{second(i), second(i + 1)}, {second(i + 2), second(i + 3)}}});
        use_blocks(i, std::array{words.one.one, words.one.other, words.other.one, words.other.other},
                   std::array{others.one.one, others.one.other, others.other.one, others.other.other});
    }
    for (int i = in_fours; i < half; ++i) {
        auto const [word, other] = threefry2x32(key, {first(i), second(i)});
        use_blocks(i, std::array{word}, std::array{other});
    }
}

template <int Total, int Count>
std::array<Keys<Count>, Total> split_keys(Keys<Count> const& key) {
    std::array<Keys<Count>, Total> keys;
    for_each_random_word<2 * Total>(key, [&](int index, Lanes<std::uint32_t, Count> const& word) {
        auto& of = keys[static_cast<std::size_t>(index / 2)];
        (index % 2 == 0 ? of.first : of.second) = word;
    });
    return keys;
}

template <int Count>
Lanes<float, Count> unit_uniform(Lanes<std::uint32_t, Count> const& word) {
    using Words = Lanes<std::uint32_t, Count>;
    return random::reinterpreted<Lanes<float, Count>>((word >> 9) | Words(std::bit_cast<std::uint32_t>(1.0f))) -
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
Lanes<float, Count> natural_logarithm(Lanes<float, Count> const& x) {
    using Floats = Lanes<float, Count>;
    using Words = Lanes<std::uint32_t, Count>;
    using Integers = Lanes<std::int32_t, Count>;
    // x = 2^e m with m in [sqrt(1/2), sqrt 2); log m = 2 atanh((m - 1) / (m + 1)), of which |.| < 0.172.
    constexpr std::uint32_t root_half = 0x3f3504f3;
    auto const shifted = random::reinterpreted<Words>(x) - Words(root_half);
    auto const exponent = random::reinterpreted<Integers>(shifted) >> 23;
    auto const mantissa = random::reinterpreted<Floats>((shifted & Words(0x007fffffu)) + Words(root_half));
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
    Floats const central = polynomial(w - Floats(2.5f), 2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f,
                                      -4.39150654e-06f, 0.00021858087f, -0.00125372503f, -0.00417768164f, 0.246640727f,
                                      1.50140941f);
    auto const is_tail = w.pack >= Floats(5.0f).pack;
    if (!random::any(is_tail)) {  // |x| > 0.9966, one draw in 300
        return central * x;
    }
    Floats root(3.0f);
    for (int lane = 0; lane < Count; ++lane) {
        root.set(lane, std::sqrt(w[lane]));
    }
    Floats const tail = polynomial(root - Floats(3.0f), -0.000200214257f, 0.000100950558f, 0.00134934322f,
                                   -0.00367342844f, 0.00573950773f, -0.0076224613f, 0.00943887047f, 1.00167406f,
                                   2.83297682f);
    return Floats(is_tail ? tail.pack : central.pack) * x;
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
