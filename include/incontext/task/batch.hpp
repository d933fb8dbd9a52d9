// SPDX-License-Identifier: MIT
/// @file
/// Batches of tasks: a batch in packs of lanes, and its packs in chunks for the workers.
///
///     task t of a batch     lane t mod 16 of pack t / 16             the last pack is filled up with its last task, of weight 0
///     chunk c of C chunks   packs c P / C ... (c + 1) P / C - 1      of P packs, divisions rounded down
///     slice s of a pack     lanes s L ... (s + 1) L - 1              L = tasks_at_once
///
/// Neither packs nor chunks depend on the machine or on the number of threads, so sums over a batch always have the same
/// order. Slices depend on the machine, and sums do not: every lane has its own, and those of the lanes are added in the
/// order of the tree over 16 lanes (sum_of_slices).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "incontext/number/lanes.hpp"

namespace incontext {

/// Tasks per lane pack. Fixed, not the machine's native width, so that sums have the same order everywhere.
inline constexpr int training_lanes = 16;

/// How many of them are worked on at once: as many as a register of the target holds. With more, every number of a pass takes
/// two registers or four, and what a pass keeps no longer fits the first cache (docs/design.md has the times).
inline constexpr int tasks_at_once = std::min(training_lanes, native_float_lanes);

/// How many slices a pack is worked off in.
inline constexpr int slices_of_a_pack = training_lanes / tasks_at_once;

/// The sum of the lanes of a whole pack, of which each slice has its own: sum_of_lanes of all side by side.
///
/// add(a, b) adds the slice b to the slice a, which is left as the sum. Exactness: the roundings of sum_of_lanes, in its
/// order. Test: tests/unit/batch.cpp.
template <class Slice, std::size_t Count, class Add>
    requires((Count & (Count - 1)) == 0)
[[nodiscard]] Slice const& sum_of_slices(std::array<Slice, Count>& slices, Add const& add) {
    for (std::size_t apart = Count / 2; apart > 0; apart /= 2) {
        for (std::size_t slice = 0; slice < apart; ++slice) {
            add(slices[slice], slices[slice + apart]);
        }
    }
    return slices[0];
}

/// The indices of the tasks in one pack of a batch, and 1 for each that is in the batch, 0 for padding. A slice of a pack of
/// 16 is a pack of fewer: number pack * slices_of_a_pack + slice. Padding is the batch's last task again: 0 times a loss that overflows
/// is NaN, and so it overflows only where a task of the batch does.
///
/// Exact. Errors: none. Test: tests/unit/batch.cpp.
template <int Count>
struct PackOfTasks {
    Lanes<std::uint32_t, Count> index;
    Lanes<float, Count> weight;

    PackOfTasks(int pack, int batch) {
        for (int lane = 0; lane < Count; ++lane) {
            int const task = pack * Count + lane;
            index.set(lane, static_cast<std::uint32_t>(std::min(task, batch - 1)));
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
