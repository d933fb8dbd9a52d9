// SPDX-License-Identifier: MIT
// Threefry-2x32 with 20 rounds, and with 13, against the known answers that its authors publish (Random123, kat_vectors).
#include <cstdint>

#include "catch.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/support/threefry.hpp"

namespace {

using namespace incontext;
using Words = WordPair<std::uint32_t>;

struct KnownAnswer {
    Words counter;
    Words key;
    Words block;
};

constexpr KnownAnswer known_answers[] = {
    {{0x00000000, 0x00000000}, {0x00000000, 0x00000000}, {0x6b200159, 0x99ba4efe}},
    {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0x1cb996fc, 0xbb002be7}},
    {{0x243f6a88, 0x85a308d3}, {0x13198a2e, 0x03707344}, {0xc4923a9c, 0x483df7a0}},  // digits of pi
};

constexpr KnownAnswer known_answers_of_13_rounds[] = {
    {{0x00000000, 0x00000000}, {0x00000000, 0x00000000}, {0x9d1c5ec6, 0x8bd50731}},
    {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0xfd36d048, 0x2d17272c}},
    {{0x243f6a88, 0x85a308d3}, {0x13198a2e, 0x03707344}, {0xba3e4725, 0xf27d669e}},
};

TEST_CASE("threefry with 13 rounds gives the published known answers") {
    for (auto const& known : known_answers_of_13_rounds) {
        Words const block = threefry2x32<13>(known.key, known.counter);
        CAPTURE(block.first, block.second);
        REQUIRE(block == known.block);
    }
    STATIC_REQUIRE(threefry2x32<13>(known_answers_of_13_rounds[2].key, known_answers_of_13_rounds[2].counter) ==
                   known_answers_of_13_rounds[2].block);
}

TEST_CASE("threefry gives the published known answers") {
    for (auto const& known : known_answers) {
        Words const block = threefry2x32(known.key, known.counter);
        CAPTURE(block.first, block.second);
        REQUIRE(block == known.block);
    }
}

TEST_CASE("threefry gives the published known answers while compiling") {
    STATIC_REQUIRE(threefry2x32(known_answers[0].key, known_answers[0].counter) == known_answers[0].block);
    STATIC_REQUIRE(threefry2x32(known_answers[1].key, known_answers[1].counter) == known_answers[1].block);
    STATIC_REQUIRE(threefry2x32(known_answers[2].key, known_answers[2].counter) == known_answers[2].block);
}

TEMPLATE_TEST_CASE("threefry gives the published known answers in every lane, whatever the others hold", "",
                   (Lanes<std::uint32_t, 1>), (Lanes<std::uint32_t, 4>), (Lanes<std::uint32_t, 16>)) {
    for (int chosen = 0; chosen < TestType::lane_count; ++chosen) {
        WordPair<TestType> key{TestType(11u), TestType(12u)};
        WordPair<TestType> counter{TestType(13u), TestType(14u)};
        auto const& known = known_answers[chosen % 3];
        key.first.set(chosen, known.key.first);
        key.second.set(chosen, known.key.second);
        counter.first.set(chosen, known.counter.first);
        counter.second.set(chosen, known.counter.second);
        auto const block = threefry2x32(key, counter);
        REQUIRE(block.first[chosen] == known.block.first);
        REQUIRE(block.second[chosen] == known.block.second);
    }
}

}  // namespace
