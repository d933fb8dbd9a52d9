// SPDX-License-Identifier: MIT
/// @file
/// Keys and words: the generator of the paper's experiments, bit for bit.
///
/// The reference implementation draws its tasks with JAX's default generator (threefry2x32, non-partitionable). Drawing
/// them the same way gives the same tasks, so that its printed loss can be compared with ours to all digits.
///
///     bits(key, n)  : counters 0..n-1 (an odd n is padded by one 0); first half paired with second half, encrypted
///     split(key, n) : bits(key, 2n) read as n keys
///     fold(key, i)  : the block of counter (0, i) as a key
///
/// Everything is written for packs: Word = Lanes<std::uint32_t, n> draws for n keys at once. A draw is a pure function of
/// its key and index; the number of lanes does not change it.
#pragma once

#include <array>
#include <cstdint>

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
/// The key of the tasks of training.
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

// ------------------------------------------------------------------------------------------------------- details ----

namespace random_words {

/// Two words that are computed with in turn, or two such pairs. A block of threefry is one long chain of operations that
/// wait for each other; with the chains of other blocks beside it a processor need not wait.
template <class Word>
struct Both {
    Word one;
    Word other;

    [[gnu::always_inline]] friend Both operator+(Both const& a, Both const& b) {
        return {a.one + b.one, a.other + b.other};
    }
    template <class Key>
    [[gnu::always_inline]] friend Both operator+(Both const& a, Key const& key) {
        return {a.one + key, a.other + key};
    }
    [[gnu::always_inline]] friend Both operator^(Both const& a, Both const& b) {
        return {a.one ^ b.one, a.other ^ b.other};
    }
    [[gnu::always_inline]] friend Both operator|(Both const& a, Both const& b) {
        return {a.one | b.one, a.other | b.other};
    }
    [[gnu::always_inline]] friend Both operator<<(Both const& a, int by) { return {a.one << by, a.other << by}; }
    [[gnu::always_inline]] friend Both operator>>(Both const& a, int by) { return {a.one >> by, a.other >> by}; }
};

}  // namespace random_words

template <int Count>
Lanes<std::uint32_t, Count> random_word(Keys<Count> const& key, std::uint32_t total,
                                        Lanes<std::uint32_t, Count> const& index) {
    using Words = Lanes<std::uint32_t, Count>;
    std::uint32_t const half_total = (total + 1) / 2;
    auto const in_second_half = index.pack >= Words(half_total).pack;
    Words const first(in_second_half ? index.pack - half_total : index.pack);
    Words const second_counter = first + Words(half_total);
    // The padding word of an odd total has counter 0.
    Words const second(second_counter.pack >= Words(total).pack ? Words(0u).pack : second_counter.pack);
    auto const block = threefry2x32(key, {first, second});
    return Words(in_second_half ? block.second.pack : block.first.pack);
}

template <int Total, int Count, class Use>
void for_each_random_word(Keys<Count> const& key, Use&& use) {
    using Words = Lanes<std::uint32_t, Count>;
    using Four = random_words::Both<random_words::Both<Words>>;
    constexpr int half_total = (Total + 1) / 2;
    constexpr int in_fours = half_total / 4 * 4;
    auto const first = [](int i) { return Words(static_cast<std::uint32_t>(i)); };
    auto const second = [](int i) {
        return Words(i + half_total == Total ? 0u : static_cast<std::uint32_t>(i + half_total));
    };
    // Uses of the words stand in one place each, or they would be compiled eight times.
    auto const use_blocks = [&](int from, auto const& words, auto const& other_words) {
        for (int k = 0; k < static_cast<int>(words.size()); ++k) {
            use(from + k, words[static_cast<std::size_t>(k)]);
        }
        for (int k = 0; k < static_cast<int>(words.size()); ++k) {
            if (from + k + half_total != Total) {  // else the word is the padding's
                use(from + k + half_total, other_words[static_cast<std::size_t>(k)]);
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
    for (int i = in_fours; i < half_total; ++i) {
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

}  // namespace incontext
