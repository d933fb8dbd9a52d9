// SPDX-License-Identifier: MIT
/// @file
/// A B + C for lanes, at the speed of the registers.
///
///     result(row, col) = start(row, col) + sum over i of A(row, i) B(i, col)
///
/// A multiply-add is over in the time that a load takes, so every entry that is loaded must serve several of them: a block
/// of r rows and c columns of the result is summed in r c registers, and reads r + c entries for r c multiply-adds. A pack
/// that is wider than a register is worked off register by register.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/lanes.hpp"

namespace incontext::lane_kernel {

/// Into how many blocks the rows and the columns of a result are divided.
struct Blocks {
    int of_rows;
    int of_cols;

    friend constexpr bool operator==(Blocks const&, Blocks const&) = default;
};

/// The division that loads the fewest entries: of_rows * cols of B and of_cols * rows of A for each i.
///
/// A block of r x c needs r c registers for sums, c for entries of B, one for an entry of A; two are left to the compiler. Where several
/// divisions load the fewest, it is the one with the fewest blocks of rows. Cost: a step for each register.
/// Test: tests/unit/lane_kernel.cpp (against a search through all divisions).
[[nodiscard]] constexpr Blocks blocks_of_sums(int rows, int cols, int registers = vector_registers) {
    auto const loads = [rows, cols](Blocks const& blocks) {
        return static_cast<long long>(blocks.of_rows) * cols + static_cast<long long>(blocks.of_cols) * rows;
    };
    Blocks best{rows, cols};
    // As few blocks of at most r rows as there can be, and then as few of columns. A block of one column takes r + 4 registers.
    for (int r = registers - 4; r >= 1; --r) {
        int const c = (registers - 3) / (r + 1);
        Blocks const next{1 + (rows - 1) / r, 1 + (cols - 1) / c};
        if (loads(next) < loads(best)) {
            best = next;
        }
    }
    return best;
}

/// The same for a symmetric result, of which the blocks under the diagonal are left out: blocks as high as wide.
[[nodiscard]] constexpr Blocks blocks_of_symmetric_sums(int size, int registers = vector_registers) {
    int of_each = 1;
    for (int edge = size; edge * edge + edge + 3 > registers && of_each < size; edge = (size + of_each - 1) / of_each) {
        ++of_each;
    }
    return {of_each, of_each};
}

/// An entry whose place follows from the types. Eigen's operator() would compare it with the sizes, without NDEBUG, in the
/// innermost loop.
template <class Matrix>
[[gnu::always_inline]] constexpr auto& entry_of(Matrix& matrix, int row, int col) {
    if constexpr (requires { matrix.coeffRef(row, col); }) {
        return matrix.coeffRef(row, col);
    } else {
        return matrix(row, col);
    }
}

/// A matrix as it stands, or its transpose read in place.
struct AsIs {
    static constexpr auto const& entry(auto const& matrix, int row, int col) { return entry_of(matrix, row, col); }
};
struct Transposed {
    static constexpr auto const& entry(auto const& matrix, int row, int col) { return entry_of(matrix, col, row); }
};

/// Sums that begin with nothing, instead of with the entries of a matrix.
struct FromZero {};

/// result = start + A B, A [Rows x Inner] and B [Inner x Cols] as their views show them; `start` may be the result itself.
///
/// Each of A and B holds packs, or plain numbers that all lanes share. Exactness: two roundings per term, one where the
/// target multiplies and adds at once. Test: tests/unit/lane_kernel.cpp, tests/unit/matrix.cpp.
template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B, class Start, class Result>
void write_sums(A const& a, B const& b, Start const& start, Result& result);

/// result = A A^T [Size x Size], A [Size x Inner]: blocks on and over the diagonal are summed, the rest is mirrored.
template <int Size, int Inner, class A, class Result>
void write_symmetric_sums(A const& a, Result& result);

// ------------------------------------------------------------------------------------------------------- details ----

/// Size rows or columns in Count blocks, the first ones larger by one where it does not come out even.
template <int Size, int Count>
struct Division {
    static constexpr int smaller = Size / Count;
    static constexpr int larger_blocks = Size % Count;
};

/// act(first, integral constant of the size) for every block.
template <class Division, int Count, class Act>
[[gnu::always_inline]] inline void for_each_block(Act const& act) {
    if constexpr (Division::larger_blocks > 0) {
        for (int block = 0; block < Division::larger_blocks; ++block) {
            act(block * (Division::smaller + 1), std::integral_constant<int, Division::smaller + 1>{});
        }
    }
    for (int block = Division::larger_blocks; block < Count; ++block) {
        act(Division::larger_blocks + block * Division::smaller, std::integral_constant<int, Division::smaller>{});
    }
}

/// One block, for one register's width of the packs of the result.
template <class Pack, int Inner, class ViewOfA, class ViewOfB>
struct Block {
    using Number = typename Pack::Lane;
    static constexpr int width = Pack::lane_count < native_lanes<Number> ? Pack::lane_count : native_lanes<Number>;
    static constexpr int parts = Pack::lane_count / width;
    static constexpr std::size_t bytes = sizeof(Number) * static_cast<std::size_t>(width);
    using Register [[gnu::vector_size(bytes)]] = Number;
    /// A register in memory, aligned as far as its pack is: the rows of an Eigen matrix may be aligned as numbers alone.
    static constexpr std::size_t alignment = alignof(Pack) < bytes ? alignof(Pack) : bytes;
    using Stored [[gnu::vector_size(bytes), gnu::may_alias, gnu::aligned(alignment)]] = Number;

    int part;

    /// One register of a pack. Volatile, so that it is loaded once: the optimiser would otherwise see that it can read the
    /// entry anew in every instruction that needs it, and the loads become the limit.
    [[gnu::always_inline]] Register loaded(Pack const& pack) const {
        return reinterpret_cast<Stored const volatile*>(&pack)[part];
    }
    [[gnu::always_inline]] Number loaded(Number number) const { return number; }

    [[gnu::always_inline]] Register first_term(FromZero, int, int) const { return Register{}; }
    template <class Start>
    [[gnu::always_inline]] Register first_term(Start const& start, int row, int col) const {
        return loaded(entry_of(start, row, col));
    }

    template <class A, class B, class Start, class Result, int... Row, int... Col>
    [[gnu::always_inline]] void write(A const& a, B const& b, Start const& start, Result& result, int first_row,
                                      int first_col, std::integer_sequence<int, Row...>,
                                      std::integer_sequence<int, Col...>) const {
        constexpr int cols = sizeof...(Col);
        constexpr int count = sizeof...(Row) * cols;
        Register sums[count];
        for_all(
            std::make_integer_sequence<int, count>{}, [&](int index) __attribute__((always_inline)) {
                sums[index] = first_term(start, first_row + index / cols, first_col + index % cols);
            });
        // Not unrolled: a loop of many multiply-adds gains nothing by it, and the compiler would load entries anew.
#pragma GCC unroll 1
        for (int i = 0; i < Inner; ++i) {
            decltype(loaded(ViewOfB::entry(b, 0, 0)))
                const of_b[cols]{loaded(ViewOfB::entry(b, i, first_col + Col))...};
            for_all(
                std::integer_sequence<int, Row...>{}, [&](int row) __attribute__((always_inline)) {
                    auto const of_a = loaded(ViewOfA::entry(a, first_row + row, i));
                    ((sums[row * cols + Col] = sums[row * cols + Col] + of_a * of_b[Col]), ...);
                });
        }
        for_all(
            std::make_integer_sequence<int, count>{}, [&](int index) __attribute__((always_inline)) {
                auto& entry = entry_of(result, first_row + index / cols, first_col + index % cols);
                reinterpret_cast<Stored*>(&entry)[part] = sums[index];
            });
    }

  private:
    template <int... Index, class Act>
    [[gnu::always_inline]] static void for_all(std::integer_sequence<int, Index...>, Act const& act) {
        (act(Index), ...);
    }
};

template <int Rows, int Inner, int Cols, class ViewOfA, class ViewOfB, class A, class B, class Start, class Result>
void write_sums(A const& a, B const& b, Start const& start, Result& result) {
    constexpr int of_rows = blocks_of_sums(Rows, Cols).of_rows;
    constexpr int of_cols = blocks_of_sums(Rows, Cols).of_cols;
    using BlockOfParts = Block<NumberOf<Result>, Inner, ViewOfA, ViewOfB>;
    for (BlockOfParts block{0}; block.part < BlockOfParts::parts; ++block.part) {
        for_each_block<Division<Rows, of_rows>, of_rows>([&]<int R>(int row, std::integral_constant<int, R>) {
            for_each_block<Division<Cols, of_cols>, of_cols>([&]<int C>(int col, std::integral_constant<int, C>) {
                block.write(a, b, start, result, row, col, std::make_integer_sequence<int, R>{},
                            std::make_integer_sequence<int, C>{});
            });
        });
    }
}

template <int Size, int Inner, class A, class Result>
void write_symmetric_sums(A const& a, Result& result) {
    constexpr int of_each = blocks_of_symmetric_sums(Size).of_rows;
    using BlockOfParts = Block<NumberOf<Result>, Inner, AsIs, Transposed>;
    for (BlockOfParts block{0}; block.part < BlockOfParts::parts; ++block.part) {
        for_each_block<Division<Size, of_each>, of_each>([&]<int R>(int row, std::integral_constant<int, R>) {
            for_each_block<Division<Size, of_each>, of_each>([&]<int C>(int col, std::integral_constant<int, C>) {
                if (row <= col) {
                    block.write(a, a, FromZero{}, result, row, col, std::make_integer_sequence<int, R>{},
                                std::make_integer_sequence<int, C>{});
                }
            });
        });
    }
    if constexpr (of_each > 1) {
        for (int col = 0; col < Size; ++col) {
            for (int row = col + 1; row < Size; ++row) {
                result(row, col) = result(col, row);
            }
        }
    }
}

}  // namespace incontext::lane_kernel
