// SPDX-License-Identifier: MIT
// Random orders, against their definition, and that all of them come up.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "catch.hpp"
#include "incontext/task/permutation.hpp"

namespace {

using namespace incontext;

template <int Count>
Keys<Count> keys_of_their_own(std::uint32_t first) {
    Keys<Count> keys;
    for (int lane = 0; lane < Count; ++lane) {
        keys.first.set(lane, first + static_cast<std::uint32_t>(lane));
        keys.second.set(lane, 77u * static_cast<std::uint32_t>(lane));
    }
    return keys;
}

template <int Size, int Count>
std::vector<int> places_of_lane(Keys<Count> const& keys, int lane) {
    std::vector<int> places;
    for (auto const& place : random_places<Size>(keys)) {
        places.push_back(static_cast<int>(place[lane]));
    }
    return places;
}

/// The order by sorting: entry p is the thing in place p.
template <int Size>
std::vector<int> sorted_by_words(Keys<1> const& key) {
    using Words = Lanes<std::uint32_t, 1>;
    Keys<1> const second_of_two = split_key(key, 2, Words(1u));
    std::vector<std::uint32_t> words;
    for (std::uint32_t i = 0; i < Size; ++i) {
        words.push_back(random_word(second_of_two, Size, Words(i))[0]);
    }
    std::vector<int> order(Size);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return words[static_cast<std::size_t>(a)] < words[static_cast<std::size_t>(b)];
    });
    return order;
}

TEMPLATE_TEST_CASE_SIG("the place of each thing is where sorting by the words of the second key puts it", "",
                       ((int Size), Size), 1, 2, 3, 7, 10, 40) {
    constexpr int lanes = 16;
    auto const keys = keys_of_their_own<lanes>(5);
    for (int lane = 0; lane < lanes; ++lane) {
        CAPTURE(lane);
        Keys<1> const key{keys.first[lane], keys.second[lane]};
        auto const places = places_of_lane<Size>(keys, lane);
        auto const order = sorted_by_words<Size>(key);
        for (int place = 0; place < Size; ++place) {
            REQUIRE(places[static_cast<std::size_t>(order[static_cast<std::size_t>(place)])] == place);
        }
        REQUIRE(places == places_of_lane<Size>(key, 0));
    }
}

TEST_CASE("each of the 24 orders of four things is as likely as any other") {
    constexpr int packs = 1500;
    std::vector<int> counts(256, 0);
    for (std::uint32_t pack = 0; pack < packs; ++pack) {
        auto const places = random_places<4>(keys_of_their_own<16>(100 * pack));
        for (int lane = 0; lane < 16; ++lane) {
            std::uint32_t digits = 0;
            for (auto const& place : places) {
                digits = 4 * digits + place[lane];
            }
            ++counts[digits];
        }
    }
    REQUIRE(std::count_if(counts.begin(), counts.end(), [](int count) { return count > 0; }) == 24);
    // Of 24,000 draws 1,000 each, with a standard error of sqrt(24,000 (1/24) (23/24)); five of them.
    double const allowed = 5 * std::sqrt(packs * 16 * (1.0 / 24) * (23.0 / 24));
    for (int const count : counts) {
        if (count > 0) {
            REQUIRE(std::abs(count - packs * 16 / 24.0) <= allowed);
        }
    }
}

TEST_CASE("a number is chosen where words are equal") {
    Lanes<std::uint32_t, 4> words(3u);
    words.set(1, 4u);
    auto const chosen = where_equal(words, Lanes<std::uint32_t, 4>(3u), Lanes<float, 4>(1.5f), Lanes<float, 4>(-2.0f));
    REQUIRE(chosen[0] == 1.5f);
    REQUIRE(chosen[1] == -2.0f);
    REQUIRE(chosen[2] == 1.5f);
    REQUIRE(chosen[3] == 1.5f);
}

}  // namespace
