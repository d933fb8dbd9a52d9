// SPDX-License-Identifier: MIT
// Columns at the width of the registers: every count of rows, beside the loop over entries.
#include "incontext/recurrence/columns.hpp"

#include <type_traits>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/matrix/blocks.hpp"

namespace {

using namespace incontext;

/// Small whole numbers: float makes no error.
template <class Number, int Rows, int Cols>
Matrix<Number, Rows, Cols> drawn(int stream) {
    return generate<Number, Rows, Cols>(
        [stream](int row, int col) { return Number((7 * row + 11 * col + 5 * stream) % 13 - 6); });
}

constexpr int rows = 75;  // whole groups of registers, whole registers, and single rows, of any width

TEMPLATE_TEST_CASE("a change of a column is that of its rows before the count, and of no others", "", float, double,
                   Modular) {
    using M = Matrix<TestType, rows, 3>;
    static_assert(columns::are_arrays<M> == std::is_floating_point_v<TestType>);
    auto const from = drawn<TestType, rows, 2>(1);
    auto const act = [](auto const& entry, auto const& other) { return entry + entry * other; };
    for (int count = 0; count <= rows; ++count) {
        CAPTURE(count);
        M const before = drawn<TestType, rows, 3>(2);
        M changed = before;
        columns::change(changed, 1, from, 1, count, act);
        bool as_expected = true;
        for (int col = 0; col < 3; ++col) {
            for (int row = 0; row < rows; ++row) {
                TestType const expected =
                    col == 1 && row < count ? act(before(row, col), from(row, 1)) : before(row, col);
                as_expected = as_expected && changed(row, col) == expected;
            }
        }
        REQUIRE(as_expected);
    }
}

TEMPLATE_TEST_CASE("a combination of columns is the sum over them, also of the same matrix", "", float, double,
                   Modular) {
    auto const from = drawn<TestType, rows, 5>(3);
    auto const factor = [](int j) { return TestType(j - 2); };
    for (int count = 0; count <= 4; ++count) {
        CAPTURE(count);
        auto of_another = drawn<TestType, rows, 2>(4);
        auto of_itself = from;
        columns::add_combination(of_another, 1, from, 0, count, factor);
        columns::add_combination(of_itself, 4, of_itself, 0, count, factor);
        bool as_expected = true;
        for (int row = 0; row < rows; ++row) {
            TestType sum(0);
            for (int j = 0; j < count; ++j) {
                sum += from(row, j) * factor(j);
            }
            as_expected = as_expected && of_another(row, 1) == drawn<TestType, rows, 2>(4)(row, 1) + sum &&
                          of_another(row, 0) == drawn<TestType, rows, 2>(4)(row, 0) &&
                          of_itself(row, 4) == from(row, 4) + sum && of_itself(row, 3) == from(row, 3);
        }
        REQUIRE(as_expected);
    }
}

TEST_CASE("rows in whole registers hold the count, and no more than there are") {
    for (int count = 0; count <= rows; ++count) {
        int const up = columns::in_whole_registers<float>(count, rows);
        REQUIRE((count <= up && up <= rows && up < count + native_lanes<float>));
        REQUIRE((up == rows || up % native_lanes<float> == 0));
        REQUIRE(columns::in_whole_registers<Modular>(count, rows) == count);
    }
}

}  // namespace
