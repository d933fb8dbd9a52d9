// SPDX-License-Identifier: MIT
// A batch in packs of lanes, its packs in chunks.
#include "incontext/task/batch.hpp"

#include <algorithm>
#include <cstdint>

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
        REQUIRE(pack.index[lane] == static_cast<std::uint32_t>(32 + lane));
        REQUIRE(pack.weight[lane] == (lane < 5 ? 1.0f : 0.0f));
    }
}

}  // namespace
