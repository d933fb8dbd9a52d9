// SPDX-License-Identifier: MIT
// Products of float and double whose rows fill registers: each form, beside the sums written out.
#include "catch.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/matrix/placed.hpp"

namespace {

using namespace incontext;

/// Small whole numbers: no order of the sums rounds.
template <class Number, int Rows, int Cols>
Matrix<Number, Rows, Cols> drawn(int stream) {
    Matrix<Number, Rows, Cols> result;
    for (int col = 0; col < Cols; ++col) {
        for (int row = 0; row < Rows; ++row) {
            result(row, col) = Number((7 * row + 11 * col + row * col + 5 * stream) % 51 - 25);
        }
    }
    return result;
}

/// Whether these are the sums over the inner index of a and b, and `before` more.
template <class Actual, class A, class B, class Before>
bool is_sum(Actual const& actual, A const& a, B const& b, Before const& before) {
    using Number = NumberOf<A>;
    for (int row = 0; row < rows_of<A>; ++row) {
        for (int col = 0; col < cols_of<B>; ++col) {
            Number sum = before(row, col);
            for (int i = 0; i < cols_of<A>; ++i) {
                sum += a(row, i) * b(i, col);
            }
            if (!(actual(row, col) == sum)) {
                return false;
            }
        }
    }
    return true;
}

template <class Number, int Rows, int Inner, int Cols>
void check_products() {
    auto const a = drawn<Number, Rows, Inner>(1);
    auto const b = drawn<Number, Inner, Cols>(2);
    Matrix<Number, Cols, Inner> const b_in_rows = b.transpose();
    auto const c = drawn<Number, Rows, Cols>(3);
    auto const nothing = zero<Number, Rows, Cols>();
    CAPTURE(Rows, Inner, Cols);
    CHECK(is_sum(product(a, b), a, b, nothing));
    CHECK(is_sum(product_with_transpose(a, b_in_rows), a, b, nothing));
    Placed<struct somewhere, Number, Rows, Cols> sum(c);
    add_product(sum, a, b);
    CHECK(is_sum(sum, a, b, c));
    Matrix<Number, Rows, Cols> other_sum = c;
    add_product_with_transpose(other_sum, a, b_in_rows);
    CHECK(is_sum(other_sum, a, b, c));
}

TEMPLATE_TEST_CASE("products whose rows fill registers are right", "", float, double) {
    check_products<TestType, 32, 32, 9>();  // whole blocks and smaller ones
    check_products<TestType, 48, 2, 17>();
    check_products<TestType, 16, 47, 2>();
    check_products<TestType, 20, 31, 14>();  // no whole registers of 16 or 8
    check_products<TestType, 64, 1, 3>();    // one column by one row
    check_products<TestType, 64, 4, 1>();
}

TEST_CASE("a product of expressions whose rows fill registers is right") {
    auto const a = drawn<float, 32, 32>(1);
    auto const b = drawn<float, 32, 9>(2);
    auto const sum = product(a + a, b - 2 * b);
    CHECK(is_sum(sum, Matrix<float, 32, 32>(-2 * a), b, zero<float, 32, 9>()));
    Matrix<float, 32, 32> const transposed = a.transpose();
    CHECK(is_sum(product_of_transpose(transposed, b), a, b, zero<float, 32, 9>()));
}

}  // namespace
