// SPDX-License-Identifier: MIT
// The products of lanes: every size around the edges of a block, every width of pack, every view, against the definition.
//
// Entries are whole numbers of at most 3 and sums have at most 33 terms, so nothing rounds and all comparisons are exact.
// The same file is compiled for several targets (tests/targets), where registers differ in width and number.
#include "incontext/matrix/lane_kernel.hpp"

#include <tuple>

#include "catch.hpp"
#include "incontext/matrix/gram.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::drawn_matrix;

// ---------------------------------------------------------------------------------------------- blocks ----

/// How many entries a division into blocks loads for each i; nothing that does not fit can be as good as the limit.
int loads(int rows, int cols, lane_kernel::Blocks const& blocks) {
    return blocks.of_rows * cols + blocks.of_cols * rows;
}

/// The registers of the largest block: its sums, a row of B, an entry of A, and two.
int needed_registers(int rows, int cols, lane_kernel::Blocks const& blocks) {
    int const r = (rows + blocks.of_rows - 1) / blocks.of_rows;
    int const c = (cols + blocks.of_cols - 1) / blocks.of_cols;
    return r * c + c + 1 + 2;
}

TEST_CASE("the blocks of a sum fit the registers, and no other blocks that do load fewer entries") {
    for (int const registers : {16, 32}) {
        for (int rows = 1; rows <= 33; ++rows) {
            for (int cols = 1; cols <= 33; ++cols) {
                auto const chosen = lane_kernel::blocks_of_sums(rows, cols, registers);
                REQUIRE(needed_registers(rows, cols, chosen) <= registers);
                for (int of_rows = 1; of_rows <= rows; ++of_rows) {
                    for (int of_cols = 1; of_cols <= cols; ++of_cols) {
                        lane_kernel::Blocks const other{of_rows, of_cols};
                        if (needed_registers(rows, cols, other) <= registers) {
                            REQUIRE(loads(rows, cols, chosen) <= loads(rows, cols, other));
                        }
                    }
                }
            }
        }
    }
}

/// A search through all divisions: the first of those that load the fewest entries.
lane_kernel::Blocks found_by_search(int rows, int cols, int registers) {
    lane_kernel::Blocks best{rows, cols};
    for (int of_rows = 1; of_rows <= rows; ++of_rows) {
        for (int of_cols = 1; of_cols <= cols; ++of_cols) {
            lane_kernel::Blocks const other{of_rows, of_cols};
            if (needed_registers(rows, cols, other) <= registers &&
                loads(rows, cols, other) < loads(rows, cols, best)) {
                best = other;
            }
        }
    }
    return best;
}

TEST_CASE("the blocks of a sum are the first that a search finds") {
    int wrong = 0;
    for (int const registers : {0, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64}) {
        for (int rows = 1; rows <= 45; ++rows) {
            for (int cols = 1; cols <= 45; ++cols) {
                wrong +=
                    !(lane_kernel::blocks_of_sums(rows, cols, registers) == found_by_search(rows, cols, registers));
            }
        }
    }
    REQUIRE(wrong == 0);
}

// A step for each height of a block, and none for each row and column: compilers limit the steps of a constant evaluation.
static_assert(lane_kernel::blocks_of_sums(11, 80000, 16) == lane_kernel::Blocks{4, 26667});
static_assert(lane_kernel::blocks_of_sums(11, 80000, 32) == lane_kernel::Blocks{2, 20000});
static_assert(lane_kernel::blocks_of_sums(1 << 20, 1 << 20, 32) == lane_kernel::Blocks{174763, 262144});

TEST_CASE("the blocks of a symmetric sum are square, fit the registers, and larger ones would not") {
    for (int const registers : {16, 32}) {
        for (int size = 1; size <= 33; ++size) {
            auto const chosen = lane_kernel::blocks_of_symmetric_sums(size, registers);
            REQUIRE(chosen.of_rows == chosen.of_cols);
            REQUIRE(needed_registers(size, size, chosen) <= registers);
            if (chosen.of_rows > 1) {
                REQUIRE(needed_registers(size, size, {chosen.of_rows - 1, chosen.of_rows - 1}) > registers);
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------------ the products ----

/// Narrower than a register, as wide, and of several registers, whichever the target.
using Packs = std::tuple<Lanes<float, 1>, Lanes<float, 8>, Lanes<float, 32>, Lanes<double, 4>>;

/// An entry of a factor: lanes as they are, or a number that all lanes share.
template <class Pack, class Number>
Pack as_pack(Number const& number) {
    return Pack(number);
}

/// start + A B entry by entry.
template <class Pack, AnyMatrix Start, AnyMatrix A, AnyMatrix B>
bool equals_sum(Matrix<Pack, rows_of<A>, cols_of<B>> const& result, Start const& start, A const& a, B const& b) {
    for (int row = 0; row < rows_of<A>; ++row) {
        for (int col = 0; col < cols_of<B>; ++col) {
            Pack sum = start(row, col);
            for (int i = 0; i < cols_of<A>; ++i) {
                sum += as_pack<Pack>(a(row, i)) * as_pack<Pack>(b(i, col));
            }
            if (!(result(row, col) == sum)) {
                return false;
            }
        }
    }
    return true;
}

/// Every product of these sizes, of packs and of numbers that the lanes share.
template <class Pack, int Rows, int Inner, int Cols>
void check_products() {
    using Number = typename Pack::Lane;
    INFO(Rows << " x " << Inner << " x " << Cols);
    auto const a = drawn_matrix<Pack, Rows, Inner>(1, 3);
    auto const b = drawn_matrix<Pack, Inner, Cols>(2, 3);
    auto const start = drawn_matrix<Pack, Rows, Cols>(3, 3);
    auto const shared_a = drawn_matrix<Number, Rows, Inner>(4, 3);
    auto const shared_b = drawn_matrix<Number, Inner, Cols>(5, 3);
    auto const nothing = zero<Pack, Rows, Cols>();

    CHECK(equals_sum<Pack>(product(a, b), nothing, a, b));
    CHECK(equals_sum<Pack>(product(shared_a, b), nothing, shared_a, b));
    CHECK(equals_sum<Pack>(product(a, shared_b), nothing, a, shared_b));
    CHECK(equals_sum<Pack>(product_of_transpose(transpose(a), b), nothing, a, b));
    CHECK(equals_sum<Pack>(product_of_transpose(transpose(shared_a), b), nothing, shared_a, b));
    CHECK(equals_sum<Pack>(product_with_transpose(a, transpose(b)), nothing, a, b));
    CHECK(equals_sum<Pack>(product_with_transpose(a, transpose(shared_b)), nothing, a, shared_b));
    CHECK(equals_sum<Pack>(plus_product(start, a, b), start, a, b));
    CHECK(equals_sum<Pack>(plus_product(start, shared_a, b), start, shared_a, b));
}

TEMPLATE_LIST_TEST_CASE("a product of lanes is right, from any view, with packs and with shared numbers", "", Packs) {
    check_products<TestType, 11, 7, 9>();  // blocks of unlike height and width
    check_products<TestType, 5, 1, 3>();
    check_products<TestType, 13, 3, 1>();
    check_products<TestType, 1, 6, 5>();
}

template <class Pack, int... Size>
void check_square_products(std::integer_sequence<int, Size...>) {
    auto const check = []<int N>(std::integral_constant<int, N>) {
        INFO(N << " x " << N << " x " << N);
        auto const a = drawn_matrix<Pack, N, N>(1, 3);
        auto const b = drawn_matrix<Pack, N, N>(2, 3);
        CHECK(equals_sum<Pack>(product(a, b), zero<Pack, N>(), a, b));
    };
    (check(std::integral_constant<int, Size>{}), ...);
}

TEST_CASE("a product of lanes is right at the edges of the blocks") {
    check_square_products<Lanes<float, 16>>(std::integer_sequence<int, 2, 3, 4, 5, 6, 7, 8, 12, 16, 21, 33>{});
}

template <class Pack, int Size, int Inner>
void check_moments() {
    INFO(Size << " x " << Inner);
    auto const a = drawn_matrix<Pack, Size, Inner>(1, 3);
    CHECK(equals_sum<Pack>(gram(a), zero<Pack, Size>(), a, transpose(a)));
}

TEMPLATE_LIST_TEST_CASE("the moments of lanes are the product with the transpose, mirrored half and all", "", Packs) {
    check_moments<TestType, 1, 3>();
    check_moments<TestType, 4, 10>();
    check_moments<TestType, 5, 1>();
    check_moments<TestType, 11, 10>();
}

}  // namespace
