// SPDX-License-Identifier: MIT
/// @file
/// Counter-based random numbers: Threefry-2x32 with 20 rounds, or with 13.
///
/// A draw is a pure function of a key and a counter. There is no state to share or to advance, so the same draw comes
/// out of any lane, any thread and any compiler, and a proof at compile time can use the generator of the experiments.
///
/// Source: [Salmon2011] "Parallel random numbers: as easy as 1, 2, 3"; the key schedule is Threefish's.
#pragma once

#include <cstdint>
#include <type_traits>

#include "incontext/support/version.hpp"

namespace incontext {

/// Two 32-bit words, or two packs of them: a key, a counter, or the block that they encrypt to.
///
/// Word is std::uint32_t, or Lanes<std::uint32_t, n> for n independent blocks at once.
template <class Word>
struct WordPair {
    Word first{};
    Word second{};

    friend bool operator==(WordPair const&, WordPair const&) = default;
};

/// block = Threefry-2x32-Rounds(key, counter).
///
/// Source: [Salmon2011]. With 20 rounds, which its authors recommend, it is JAX's `threefry2x32`. 13 are the fewest with which
/// it passes their statistical tests (BigCrush), so they leave no margin; draws that must match the reference take 20.
/// Counters may be several words of one key (task/keys.hpp).
/// Exactness: integer arithmetic modulo 2^32, the same on every machine.
/// Cost: rounds of an addition, a rotation and an exclusive or, each waiting for the last. Errors: other Rounds do not compile.
/// Test: tests/golden/threefry.cpp (published known answers).
template <int Rounds = 20, class Word, class Block = Word>
    requires(Rounds == 13 || Rounds == 20)
[[nodiscard]] constexpr WordPair<Block> threefry2x32(WordPair<Word> const& key, WordPair<Block> const& counter);

// ------------------------------------------------------------------------------------------------------- details ----

namespace threefry {

// Every function here is inlined always: the words of a block live in registers.

inline constexpr std::uint32_t parity = 0x1BD11BDA;  // the constant of the key schedule, from Threefish

/// One round: an addition, a rotation to the left, an exclusive or.
template <class Word>
[[gnu::always_inline]] constexpr void round(WordPair<Word>& block, int rotation) {
    block.first = block.first + block.second;
    block.second = ((block.second << rotation) | (block.second >> (32 - rotation))) ^ block.first;
}

template <class Block, class Word>
[[gnu::always_inline]] constexpr void inject(WordPair<Block>& block, Word const& first, Word const& second,
                                             std::uint32_t count) {
    block.first = block.first + first;
    block.second = block.second + (second + Word(count));  // in this order: the sum in brackets is one for all blocks
}

template <class Word>
[[gnu::always_inline]] constexpr void four_rounds_even(WordPair<Word>& block) {
    round(block, 13), round(block, 15), round(block, 26), round(block, 6);
}

template <class Word>
[[gnu::always_inline]] constexpr void four_rounds_odd(WordPair<Word>& block) {
    round(block, 17), round(block, 29), round(block, 16), round(block, 24);
}

/// The block of two words by 20 rounds, for constant evaluations: compilers count every call there.
constexpr WordPair<std::uint32_t> evaluated(std::uint32_t key_0, std::uint32_t key_1, std::uint32_t first,
                                            std::uint32_t second) {
    std::uint32_t key_2 = key_0 ^ key_1 ^ parity;
    first += key_0;
    second += key_1;
    for (std::uint32_t block = 1; block <= 5; ++block) {
        if (block % 2 == 1) {
            first += second, second = (second << 13 | second >> 19) ^ first;
            first += second, second = (second << 15 | second >> 17) ^ first;
            first += second, second = (second << 26 | second >> 6) ^ first;
            first += second, second = (second << 6 | second >> 26) ^ first;
        } else {
            first += second, second = (second << 17 | second >> 15) ^ first;
            first += second, second = (second << 29 | second >> 3) ^ first;
            first += second, second = (second << 16 | second >> 16) ^ first;
            first += second, second = (second << 24 | second >> 8) ^ first;
        }
        first += key_1;
        second += key_2 + block;
        std::uint32_t const key = key_0;
        key_0 = key_1;
        key_1 = key_2;
        key_2 = key;
    }
    return {first, second};
}

}  // namespace threefry

template <int Rounds, class Word, class Block>
    requires(Rounds == 13 || Rounds == 20)
[[gnu::always_inline]] constexpr WordPair<Block> threefry2x32(WordPair<Word> const& key,
                                                              WordPair<Block> const& counter) {
    using namespace threefry;
    if constexpr (Rounds == 20 && std::is_same_v<Word, std::uint32_t> && std::is_same_v<Block, std::uint32_t>) {
        if (std::is_constant_evaluated()) {  // the same rounds without a call: most of a small proof are its draws
            return evaluated(key.first, key.second, counter.first, counter.second);
        }
    }
    Word const third = key.first ^ key.second ^ Word(parity);
    WordPair<Block> block{counter.first + key.first, counter.second + key.second};
    four_rounds_even(block), inject(block, key.second, third, 1);
    four_rounds_odd(block), inject(block, third, key.first, 2);
    four_rounds_even(block), inject(block, key.first, key.second, 3);
    if constexpr (Rounds == 13) {
        round(block, 17);
    } else {
        four_rounds_odd(block), inject(block, key.second, third, 4);
        four_rounds_even(block), inject(block, third, key.first, 5);
    }
    return block;
}

}  // namespace incontext
