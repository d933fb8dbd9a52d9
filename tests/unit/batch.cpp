// SPDX-License-Identifier: MIT
// A batch in packs of lanes, its packs in chunks.
#include "incontext/task/batch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "catch.hpp"

namespace {

using namespace incontext;

TEST_CASE("chunks cover everything once, in order, and differ by one at most") {
    for (int chunks : {1, 3, 16}) {
        for (int count : {0, 1, 15, 16, 128, 1000003}) {
            CAPTURE(chunks, count);
            int next = 0;
            int smallest = count;
            int largest = 0;
            for (int i = 0; i < chunks; ++i) {
                ChunkOf const chunk(i, chunks, count);
                REQUIRE(chunk.first == next);
                next = chunk.last;
                smallest = std::min(smallest, chunk.last - chunk.first);
                largest = std::max(largest, chunk.last - chunk.first);
            }
            REQUIRE(next == count);
            REQUIRE(largest - smallest <= 1);
        }
    }
}

TEST_CASE("a pack numbers its tasks on, and lets padding count nothing") {
    PackOfTasks<16> const pack(2, 37);
    for (int lane = 0; lane < 16; ++lane) {
        REQUIRE(pack.index[lane] == static_cast<std::uint32_t>(std::min(32 + lane, 36)));
        REQUIRE(pack.weight[lane] == (lane < 5 ? 1.0f : 0.0f));
    }
    PackOfTasks<16> const beyond(3, 37);  // a slice of nothing but padding
    for (int lane = 0; lane < 16; ++lane) {
        REQUIRE(beyond.index[lane] == 36);
        REQUIRE(beyond.weight[lane] == 0);
    }
}

TEST_CASE("the sum of slices is that of the lanes of the whole pack, to the bit") {
    auto const number = [](int lane) { return 1.0f / static_cast<float>(23 * lane + 1); };  // no two orders agree
    Lanes<float, 16> pack(0);
    for (int lane = 0; lane < 16; ++lane) {
        pack.set(lane, number(lane));
    }
    float const expected = sum_of_lanes(pack);
    float one_by_one = 0;
    for (int lane = 0; lane < 16; ++lane) {
        one_by_one += number(lane);
    }
    REQUIRE(one_by_one != expected);  // another order has other bits
    auto const in_slices_of = [&]<int Width>(std::integral_constant<int, Width>) {
        std::array<Lanes<float, Width>, 16 / Width> slices;
        for (int lane = 0; lane < 16; ++lane) {
            slices[static_cast<std::size_t>(lane / Width)].set(lane % Width, number(lane));
        }
        return sum_of_lanes(sum_of_slices(slices, [](auto& sum, auto const& more) { sum += more; }));
    };
    REQUIRE(in_slices_of(std::integral_constant<int, 16>{}) == expected);
    REQUIRE(in_slices_of(std::integral_constant<int, 8>{}) == expected);
    REQUIRE(in_slices_of(std::integral_constant<int, 4>{}) == expected);
    REQUIRE(in_slices_of(std::integral_constant<int, 1>{}) == expected);
}

}  // namespace
