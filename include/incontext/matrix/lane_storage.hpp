// SPDX-License-Identifier: MIT
/// @file
/// Where Eigen keeps the entries of a matrix of lanes: in the matrix itself, and those of a large one on the heap.
///
/// An entry is a pack of sixteen numbers, so a context that is small in float is large in lanes: 20 inputs and 100 examples
/// take 134 kB. Eigen refuses a matrix of fixed size beyond EIGEN_STACK_ALLOCATION_LIMIT (128 KiB unless you define it).
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <utility>

#include "incontext/number/lanes.hpp"

namespace incontext {

/// Whether Size entries of a type are more than Eigen lets a matrix hold in itself. A limit of 0 stands for none.
///
/// Exact. Errors: none. Test: tests/unit/large_contexts.cpp.
template <class Entry, int Size>
inline constexpr bool exceeds_stack_limit = EIGEN_STACK_ALLOCATION_LIMIT != 0 &&
                                            sizeof(Entry) * static_cast<std::size_t>(Size) >
                                                static_cast<std::size_t>(EIGEN_STACK_ALLOCATION_LIMIT);

/// Size entries on the heap, copied as an array is: a moved-from one still has its entries, because Eigen writes to a
/// moved-from matrix of fixed size entry by entry.
///
/// Cost: one allocation when it is made, and so when a matrix is made from one that is moved. Errors: std::bad_alloc; but
/// Eigen's constructor of a matrix from one that is moved is noexcept, and where memory is short there the program ends
/// (std::terminate). To move into a matrix that is there allocates nothing. Test: tests/unit/large_contexts.cpp.
template <class Entry, int Size>
class HeapArray {
  public:
    HeapArray() : entries_(new Entry[static_cast<std::size_t>(Size)]) {}
    HeapArray(HeapArray const& other) : HeapArray() { std::copy_n(other.entries_, Size, entries_); }
    HeapArray& operator=(HeapArray const& other) {
        std::copy_n(other.entries_, this == &other ? 0 : Size, entries_);
        return *this;
    }
    HeapArray& operator=(HeapArray&& other) noexcept {
        std::swap(entries_, other.entries_);
        return *this;
    }
    ~HeapArray() { delete[] entries_; }

    operator Entry*() { return entries_; }
    operator Entry const*() const { return entries_; }

  private:
    Entry* entries_;
};

}  // namespace incontext

namespace Eigen::internal {

/// Eigen reads and writes the entries through `array` alone.
template <class Number, int Count, int Size, int Options>
    requires(incontext::exceeds_stack_limit<incontext::Lanes<Number, Count>, Size>)
struct plain_array<incontext::Lanes<Number, Count>, Size, Options, 0> {
    incontext::HeapArray<incontext::Lanes<Number, Count>, Size> array;
};

}  // namespace Eigen::internal
