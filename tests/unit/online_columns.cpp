// SPDX-License-Identifier: MIT
// Columns at the width of the registers: every count of rows, beside the loop over entries.
#include "incontext/recurrence/columns.hpp"

#include <type_traits>
#include <utility>

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
    for (auto const& [first, count] : {std::pair{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 4}, {3, 4}, {2, 2}}) {
        CAPTURE(first, count);
        auto of_another = drawn<TestType, rows, 2>(4);
        auto of_itself = from;
        columns::add_combination(of_another, 1, from, first, count, factor);
        columns::add_combination(of_itself, 4, of_itself, first, count, factor);
        bool as_expected = true;
        for (int row = 0; row < rows; ++row) {
            TestType sum(0);
            for (int j = first; j < count; ++j) {
                sum += from(row, j) * factor(j);
            }
            as_expected = as_expected && of_another(row, 1) == drawn<TestType, rows, 2>(4)(row, 1) + sum &&
                          of_another(row, 0) == drawn<TestType, rows, 2>(4)(row, 0) &&
                          of_itself(row, 4) == from(row, 4) + sum && of_itself(row, 3) == from(row, 3);
        }
        REQUIRE(as_expected);
    }
}

TEMPLATE_TEST_CASE("products of two columns, and their sum, are those of all rows", "", float, double, Modular) {
    auto const a = drawn<TestType, rows, 2>(5);
    auto const b = drawn<TestType, rows, 3>(6);
    auto sum = drawn<TestType, rows, 2>(7);
    columns::add_products(sum, 1, a, 1, b, 2);
    auto sums = zero<TestType, 2, 1>();
    columns::add_inner_products(sums, 0, a, b, 2);
    TestType expected(0);
    bool as_expected = true;
    for (int row = 0; row < rows; ++row) {
        expected += a(row, 1) * b(row, 2);
        as_expected = as_expected && sum(row, 0) == drawn<TestType, rows, 2>(7)(row, 0) &&
                      sum(row, 1) == drawn<TestType, rows, 2>(7)(row, 1) + a(row, 1) * b(row, 2);
    }
    CHECK(as_expected);
    CHECK(columns::inner_product(a, 1, b, 2) == expected);
    CHECK(sums(1, 0) == expected);
    CHECK(!(sums(0, 0) == expected));
}

TEMPLATE_TEST_CASE("all rows are gone through, each once", "", float, double, Modular) {
    auto visited = zero<TestType, rows, 2>();
    columns::for_all_rows<decltype(visited)>([&](auto const& of_register) {
        using Pack = typename std::remove_cvref_t<decltype(of_register)>::Pack;
        of_register.write(visited, 1, of_register.read(visited, 1) + Pack(TestType(1)));
    });
    for (int row = 0; row < rows; ++row) {
        REQUIRE((visited(row, 1) == TestType(1) && visited(row, 0) == TestType(0)));
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
