// SPDX-License-Identifier: MIT
// Columns at the width of the registers: every count of rows, beside the loop over entries.
#include "incontext/recurrence/columns.hpp"

#include <stdexcept>
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

/// The same numbers, otherwise in memory: by rows, each second one of an array, and in other numbers. `ask` is given two of them at a time.
template <class Number, class Ask>
void for_each_layout(Ask const& ask) {
    auto const of = [&](auto const& one, auto const& other, auto const& plain) {
        ask(one, plain), ask(plain, other), ask(one, other);
    };
    Matrix<Number, rows, 3> const a = drawn<Number, rows, 3>(5);
    Matrix<Number, rows, 3> const b = drawn<Number, rows, 3>(6);
    using ByRows = Eigen::Matrix<Number, rows, 3, Eigen::RowMajor>;
    of(ByRows(a), ByRows(b), b);
    Eigen::Matrix<Number, 2 * rows, 3> both;
    for (int row = 0; row < rows; ++row) {
        both.row(2 * row) = a.row(row);
        both.row(2 * row + 1) = b.row(row);
    }
    using EachSecond = Eigen::Map<Matrix<Number, rows, 3>, Eigen::Unaligned, Eigen::Stride<2 * rows, 2>>;
    of(EachSecond(both.data()), EachSecond(both.data() + 1), b);
    using OfConstants = Eigen::Map<Matrix<Number, rows, 3> const>;
    of(OfConstants(a.data()), OfConstants(b.data()), b);
}

TEMPLATE_TEST_CASE("what lies otherwise in memory than its target is read as it lies", "", float, double) {
    for_each_layout<TestType>([](auto const& a, auto const& b) {
        auto const before = drawn<TestType, rows, 2>(7);
        auto sum = before;
        auto changed = before;
        auto combined = before;
        columns::add_products(sum, 1, a, 1, b, 2);
        columns::change(changed, 1, a, 2, rows, [](auto const& entry, auto const& other) { return entry - other; });
        columns::add_combination(combined, 1, a, 0, 3, [](int j) { return TestType(j + 1); });
        auto registers = before;
        columns::for_all_rows<decltype(registers)>(
            [&](auto const& of_rows) { of_rows.write(registers, 0, of_rows.read(a, 1) - of_rows.read(b, 1)); });
        TestType expected(0);
        bool as_expected = true;
        for (int row = 0; row < rows; ++row) {
            expected += a(row, 1) * b(row, 2);
            as_expected = as_expected && sum(row, 1) == before(row, 1) + a(row, 1) * b(row, 2) &&
                          changed(row, 1) == before(row, 1) - a(row, 2) &&
                          combined(row, 1) == before(row, 1) + a(row, 0) + 2 * a(row, 1) + 3 * a(row, 2) &&
                          registers(row, 0) == a(row, 1) - b(row, 1);
        }
        CHECK(as_expected);
        CHECK(columns::inner_product(a, 1, b, 2) == expected);
    });
    // And written so.
    Eigen::Matrix<TestType, rows, 3, Eigen::RowMajor> by_rows = drawn<TestType, rows, 3>(1);
    auto const from = drawn<TestType, rows, 2>(2);
    columns::for_all_rows<decltype(drawn<TestType, rows, 2>(2))>(
        [&](auto const& of_rows) { of_rows.write(by_rows, 1, of_rows.read(from, 0)); });
    for (int row = 0; row < rows; ++row) {
        REQUIRE(by_rows(row, 0) == drawn<TestType, rows, 3>(1)(row, 0));
        REQUIRE(by_rows(row, 1) == from(row, 0));
    }
}

TEST_CASE("columns of float beside those of double are no registers of one kind") {
    auto const wide = drawn<double, rows, 2>(5);
    auto const narrow = drawn<float, rows, 2>(6);
    static_assert(columns::rows_in_registers<Matrix<double, rows, 2>, Matrix<float, rows, 2>> == 0);
    double expected = 0;
    for (int row = 0; row < rows; ++row) {
        expected += wide(row, 0) * double{narrow(row, 1)};
    }
    CHECK(columns::inner_product(wide, 0, narrow, 1) == expected);
    auto sum = wide;
    columns::add_products(sum, 0, wide, 1, narrow, 1);
    for (int row = 0; row < rows; ++row) {
        REQUIRE(sum(row, 0) == wide(row, 0) + wide(row, 1) * double{narrow(row, 1)});
    }
}

TEMPLATE_TEST_CASE("a column is scaled by an entry of itself as it was", "", float, double, Modular) {
    auto const before = drawn<TestType, rows, 3>(2);
    auto scaled = before;
    columns::scale(scaled, 1, scaled(2, 1));
    for (int row = 0; row < rows; ++row) {
        REQUIRE(scaled(row, 1) == before(row, 1) * before(2, 1));
        REQUIRE(scaled(row, 0) == before(row, 0));
    }
    CHECK(!(before(2, 1) == TestType(1)));
}

TEST_CASE("exact numbers refuse what changes a column and has a state, or reads what is changed") {
    auto const from = drawn<Modular, rows, 3>(1);
    auto const changed_by = [&](int count, auto const& act) {
        auto to = drawn<Modular, rows, 3>(2);
        columns::change(to, 1, from, 1, count, [&](Modular entry, Modular other) { return act(to, entry, other); });
    };
    for (int const count : {1, 2, 3, rows}) {
        CAPTURE(count);
        int calls = 0;
        CHECK_THROWS_AS(
            changed_by(count, [&](auto const&, Modular entry, Modular) { return entry + Modular(++calls); }),
            std::logic_error);
        calls = 0;
        CHECK_THROWS_AS(
            changed_by(count, [&](auto const&, Modular entry, Modular) { return entry + Modular(calls++ % 2); }),
            std::logic_error);
        calls = 0;  // another one after its first call
        CHECK_THROWS_AS(
            changed_by(count, [&](auto const&, Modular entry, Modular) { return entry + Modular(calls++ < 1); }),
            std::logic_error);
        CHECK_THROWS_AS(
            changed_by(count, [](auto const& to, Modular entry, Modular other) { return entry + other * to(0, 1); }),
            std::logic_error);
        CHECK_NOTHROW(
            changed_by(count, [](auto const& to, Modular entry, Modular other) { return entry + other * to(0, 0); }));
    }
    CHECK_NOTHROW(changed_by(0, [](auto const&, Modular, Modular) { return Modular(1); }));

    auto const combined_by = [&](auto const& factor) {
        auto to = drawn<Modular, rows, 3>(2);
        columns::add_combination(to, 1, from, 0, 3, [&](int j) { return factor(to, j); });
    };
    int calls = 0;
    CHECK_THROWS_AS(combined_by([&](auto const&, int) { return Modular(++calls); }), std::logic_error);
    calls = 0;
    CHECK_THROWS_AS(combined_by([&](auto const&, int) { return Modular(calls++ % 3); }), std::logic_error);
    CHECK_THROWS_AS(combined_by([](auto const& to, int j) { return to(j, 1); }), std::logic_error);
    CHECK_NOTHROW(combined_by([](auto const& to, int j) { return to(j, 0); }));
    auto to = drawn<Modular, rows, 3>(2);
    CHECK_THROWS_AS(columns::add_combination(to, 1, from, 0, 4, [](int) { return Modular(1); }), std::out_of_range);
}

TEST_CASE("exact numbers go through all rows in an order that no formula has") {
    for (int const read : {0, 1, 37, rows - 2}) {
        CAPTURE(read);
        auto const before = drawn<Modular, rows, 1>(3);
        auto changed = before;
        columns::for_all_rows<decltype(changed)>([&](auto const& of_row) {
            of_row.write(changed, 0, of_row.read(changed, 0) + Modular(100) + changed(read, 0));
        });
        auto one_by_one = before;
        auto at_once = before;
        for (int row = 0; row < rows; ++row) {
            one_by_one(row, 0) = one_by_one(row, 0) + Modular(100) + one_by_one(read, 0);
            at_once(row, 0) = at_once(row, 0) + Modular(100) + before(read, 0);
        }
        CHECK(!(changed == one_by_one));
        CHECK(!(changed == at_once));
    }
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
