// SPDX-License-Identifier: MIT
/// @file
/// Batches of tasks: a batch in packs of lanes, and its packs in chunks for the workers.
///
///     task t of a batch     lane t mod 16 of pack t / 16             the last pack is filled up with tasks of weight 0
///     chunk c of C chunks   packs c P / C ... (c + 1) P / C - 1      of P packs, divisions rounded down
///
/// Neither depends on the machine or on the number of threads, so sums over a batch always have the same order.
#pragma once

#include <cstdint>

#include "incontext/number/lanes.hpp"

namespace incontext {

/// Tasks per lane pack. Fixed, not the machine's native width, so that sums have the same order everywhere.
inline constexpr int training_lanes = 16;

/// The indices of the tasks in one pack of a batch, and 1 for each that is in the batch, 0 for padding.
///
/// Exact. Errors: none. Test: tests/unit/batch.cpp.
template <int Count>
struct PackOfTasks {
    Lanes<std::uint32_t, Count> index;
    Lanes<float, Count> weight;

    PackOfTasks(int pack, int batch) {
        for (int lane = 0; lane < Count; ++lane) {
            int const task = pack * Count + lane;
            index.set(lane, static_cast<std::uint32_t>(task));
            weight.set(lane, task < batch ? 1.0f : 0.0f);
        }
    }
};

/// Of `count` things in a row those of chunk number `chunk`, where `chunks` chunks share them nearly equally.
///
/// Exact: every thing is in one chunk, and chunks differ by one thing at most. Errors: none. Test: tests/unit/batch.cpp.
struct ChunkOf {
    int first;
    int last;  // one past the end
    ChunkOf(int chunk, int chunks, int count)
        : first(static_cast<int>(static_cast<long>(count) * chunk / chunks)),
          last(static_cast<int>(static_cast<long>(count) * (chunk + 1) / chunks)) {}
};

}  // namespace incontext
