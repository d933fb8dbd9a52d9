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
/// its key, its index and how many are drawn; the number of lanes does not change it.
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
/// That of the tasks of training.
inline constexpr std::uint32_t training_stream = 1;
static_assert(initialisation_stream != training_stream);

/// 32-bit word number `index` (one per lane) of bits(key, total).
/// Exactness: exact. Cost: one block. Errors: an index of total or more gives a word of no meaning. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Lanes<std::uint32_t, Count> random_word(Keys<Count> const& key, std::uint32_t total,
                                                      Lanes<std::uint32_t, Count> const& index);

/// Key number `index` (one per lane) of split(key, total).
/// Exactness: exact. Cost: two blocks. Errors: an index of total or more gives a key of no meaning, and so does any of a total from 2^31 on,
/// whose words cannot be counted by 32 bits. Test: tests/golden/random.cpp.
template <int Count>
[[nodiscard]] Keys<Count> split_key(Keys<Count> const& key, std::uint32_t total,
                                    Lanes<std::uint32_t, Count> const& index);

/// All keys of split(key, Total).
/// Exactness: exact. Cost: Total blocks, fewer than by split_key. Test: tests/golden/random.cpp (against split_key).
template <int Total, int Count>
[[nodiscard]] std::array<Keys<Count>, Total> split_keys(Keys<Count> const& key);

/// Calls use(index, word) for every word of bits(key, Total), each pair of words from one block.
/// Exactness: exact. Cost: Total / 2 blocks, rounded up. Test: tests/golden/random.cpp (against random_word).
template <int Total, int Count, class Use>
void for_each_random_word(Keys<Count> const& key, Use&& use);

/// Calls use(index, word) for Total numbers of 16 random bits, which are bits 7 to 22 of each word, where a float has the upper
/// bits of its fraction. The other bits of the word are no numbers of their own: mask them.
///
/// Numbers 4 b ... 4 b + 3 are the lower and the upper half of the first word of threefry<13>(key, (b, stream)), then those of
/// the second. For training, where nothing has to match the reference: half the words, a third fewer rounds.
/// Exactness: exact. Cost: Total / 4 blocks, rounded up. Test: tests/unit/sixteen_bit_inputs.cpp (block by block).
template <int Total, int Count, class Use>
void for_each_half_word(Keys<Count> const& key, std::uint32_t stream, Use&& use);

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

/// Half of a total, also of 2^32 - 1, which total + 1 leaves.
[[nodiscard]] constexpr std::uint32_t half_rounded_up(std::uint32_t total) {
    return total / 2 + total % 2;
}

/// The counter whose block has word `index` of bits(key, total).
template <class Words>
[[gnu::always_inline]] inline WordPair<Words> counter_of(Words const& index, std::uint32_t total) {
    Words const half_total(half_rounded_up(total));
    Words const first(index.pack >= half_total.pack ? (index - half_total).pack : index.pack);
    Words const second = first + half_total;
    // The padding word of an odd total has counter 0.
    return {first, Words(second.pack >= Words(total).pack ? Words(0u).pack : second.pack)};
}

/// Word `index` of bits(key, total), from its block.
template <class Words>
[[gnu::always_inline]] inline Words chosen_word(WordPair<Words> const& block, Words const& index, std::uint32_t total) {
    return Words(index.pack >= Words(half_rounded_up(total)).pack ? block.second.pack : block.first.pack);
}

/// Calls use(i, words, others) for the blocks of counter(0), counter(1), ...: of four blocks at once, whose chains are
/// computed in turn, then of each that is left over. Uses stand in one place each, or they would be compiled eight times.
template <int Rounds, int Blocks, int Count, class Counter, class Use>
void for_each_block(Keys<Count> const& key, Counter const& counter, Use const& use) {
    using Four = Both<Both<Lanes<std::uint32_t, Count>>>;
    constexpr int in_fours = Blocks / 4 * 4;
    for (int i = 0; i < in_fours; i += 4) {
        auto const a = counter(i), b = counter(i + 1), c = counter(i + 2), d = counter(i + 3);
        auto const [words, others] = threefry2x32<Rounds>(
            key,
            WordPair<Four>{{{a.first, b.first}, {c.first, d.first}}, {{a.second, b.second}, {c.second, d.second}}});
        use(i, std::array{words.one.one, words.one.other, words.other.one, words.other.other},
            std::array{others.one.one, others.one.other, others.other.one, others.other.other});
    }
    for (int i = in_fours; i < Blocks; ++i) {
        auto const [word, other] = threefry2x32<Rounds>(key, counter(i));
        use(i, std::array{word}, std::array{other});
    }
}

}  // namespace random_words

template <int Count>
Lanes<std::uint32_t, Count> random_word(Keys<Count> const& key, std::uint32_t total,
                                        Lanes<std::uint32_t, Count> const& index) {
    auto const counter = random_words::counter_of(index, total);
    return random_words::chosen_word(threefry2x32(key, counter), index, total);
}

template <int Count>
Keys<Count> split_key(Keys<Count> const& key, std::uint32_t total, Lanes<std::uint32_t, Count> const& index) {
    using Words = Lanes<std::uint32_t, Count>;
    Words const first = index + index;
    Words const second = first + Words(1u);
    auto const one = random_words::counter_of(first, 2 * total);
    auto const other = random_words::counter_of(second, 2 * total);
    auto const [words, others] =
        threefry2x32(key, WordPair<random_words::Both<Words>>{{one.first, other.first}, {one.second, other.second}});
    return {random_words::chosen_word(WordPair<Words>{words.one, others.one}, first, 2 * total),
            random_words::chosen_word(WordPair<Words>{words.other, others.other}, second, 2 * total)};
}

template <int Total, int Count, class Use>
void for_each_random_word(Keys<Count> const& key, Use&& use) {
    using Words = Lanes<std::uint32_t, Count>;
    constexpr int half_total = (Total + 1) / 2;
    auto const counter = [](int i) {
        return WordPair<Words>{Words(i), Words(i + half_total == Total ? 0 : i + half_total)};
    };
    random_words::for_each_block<20, half_total>(key, counter, [&](int from, auto const& words, auto const& others) {
        for (int k = 0; k < static_cast<int>(words.size()); ++k) {
            use(from + k, words[static_cast<std::size_t>(k)]);
        }
        for (int k = 0; k < static_cast<int>(words.size()); ++k) {
            if (from + k + half_total != Total) {  // else the word is the padding's
                use(from + k + half_total, others[static_cast<std::size_t>(k)]);
            }
        }
    });
}

template <int Total, int Count, class Use>
void for_each_half_word(Keys<Count> const& key, std::uint32_t stream, Use&& use) {
    using Words = Lanes<std::uint32_t, Count>;
    auto const counter = [&](int i) { return WordPair<Words>{Words(i), Words(stream)}; };
    auto const use_halves = [&](int index, Words const& word) {
        if (index < Total) {
            use(index, word << 7);
        }
        if (index + 1 < Total) {
            use(index + 1, word >> 9);
        }
    };
    random_words::for_each_block<13, (Total + 3) / 4>(
        key, counter, [&](int from, auto const& words, auto const& others) {
            for (int k = 0; k < static_cast<int>(words.size()); ++k) {
                use_halves(4 * (from + k), words[static_cast<std::size_t>(k)]);
                use_halves(4 * (from + k) + 2, others[static_cast<std::size_t>(k)]);
            }
        });
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
