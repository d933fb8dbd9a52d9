// SPDX-License-Identifier: MIT
// Product, transpose, blocks, above and rows against their definitions, entry by entry, in every family.
//
// Entries are whole numbers of at most 2 (25 for the large products), so no product here rounds: at most 40 terms of
// at most 625 stay far below 2^24. The comparisons are therefore exact in float, too.
#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::drawn_matrix;
using test::equal;

/// (A B)_rc = sum over i of A_ri B_ic.
template <AnyMatrix A, AnyMatrix B>
bool is_product(A const& a, B const& b) {
    using Number = Promoted<NumberOf<A>, NumberOf<B>>;
    auto const result = product(a, b);
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(result)>, Matrix<Number, rows_of<A>, cols_of<B>>>);
    for (int row = 0; row < rows_of<A>; ++row) {
        for (int col = 0; col < cols_of<B>; ++col) {
            Number sum(0);
            for (int i = 0; i < cols_of<A>; ++i) {
                sum += a(row, i) * b(i, col);
            }
            if (!(result(row, col) == sum)) {
                return false;
            }
        }
    }
    return true;
}

template <class Number, int Rows, int Inner, int Cols>
bool product_is_right(int largest = 2) {
    return is_product(drawn_matrix<Number, Rows, Inner>(1, largest), drawn_matrix<Number, Inner, Cols>(2, largest));
}

TEMPLATE_LIST_TEST_CASE("a product is the sum over the inner index", "", test::Families) {
    REQUIRE(product_is_right<TestType, 5, 3, 7>());
    REQUIRE(product_is_right<TestType, 1, 5, 3>());  // row vector times matrix: row-major on the left
    REQUIRE(product_is_right<TestType, 3, 5, 1>());  // matrix times column vector
    REQUIRE(product_is_right<TestType, 1, 5, 1>());  // two vectors, to a number
    REQUIRE(product_is_right<TestType, 4, 1, 3>());  // two vectors, to a matrix
}

TEMPLATE_LIST_TEST_CASE("a product of more rows than are accumulated at once is right", "", test::Matrices) {
    REQUIRE(product_is_right<TestType, 12, 5, 3>());  // exactly one block of rows
    REQUIRE(product_is_right<TestType, 13, 5, 3>());  // and one more
    REQUIRE(product_is_right<TestType, 31, 4, 2>());
}

TEMPLATE_LIST_TEST_CASE("a product with a transpose is the product with the matrix that transpose makes", "",
                        test::Matrices) {
    auto const check = []<int Rows, int Inner, int Cols>(std::integer_sequence<int, Rows, Inner, Cols>) {
        auto const left = drawn_matrix<TestType, Inner, Rows>(1);
        auto const right = drawn_matrix<TestType, Inner, Cols>(2);
        auto const other_left = drawn_matrix<TestType, Rows, Inner>(3);
        auto const other_right = drawn_matrix<TestType, Cols, Inner>(4);
        return equal(product_of_transpose(left, right), product(transpose(left), right)) &&
               equal(product_with_transpose(other_left, other_right), product(other_left, transpose(other_right)));
    };
    REQUIRE(check(std::integer_sequence<int, 5, 3, 7>{}));
    REQUIRE(check(std::integer_sequence<int, 13, 2, 3>{}));
    REQUIRE(check(std::integer_sequence<int, 1, 5, 3>{}));
    REQUIRE(check(std::integer_sequence<int, 4, 1, 3>{}));
    REQUIRE(check(std::integer_sequence<int, 3, 5, 1>{}));
}

TEMPLATE_LIST_TEST_CASE("a product is added to a matrix, and in place, as the sum says", "", test::Matrices) {
    auto const start = drawn_matrix<TestType, 5, 7>(1);
    auto const a = drawn_matrix<TestType, 5, 3>(2);
    auto const b = drawn_matrix<TestType, 3, 7>(3);
    Matrix<TestType, 5, 7> const expected = start + product(a, b);
    REQUIRE(equal(plus_product(start, a, b), expected));
    REQUIRE(equal(plus_product_of_transpose(start, transpose(a), b), expected));
    auto const in_place = [&](auto const& add) {
        Matrix<TestType, 5, 7> sum = start;
        add(sum);
        return equal(sum, expected);
    };
    REQUIRE(in_place([&](auto& sum) { add_product(sum, a, b); }));
    REQUIRE(in_place([&](auto& sum) { add_product_of_transpose(sum, transpose(a), b); }));
    REQUIRE(in_place([&](auto& sum) { add_product_with_transpose(sum, a, transpose(b)); }));
    auto const column = drawn_matrix<TestType, 5, 1>(4);
    auto const row = drawn_matrix<TestType, 1, 7>(5);
    Matrix<TestType, 5, 7> outer = start;
    add_product(outer, column, row);
    REQUIRE(equal(outer, Matrix<TestType, 5, 7>(start + product(column, row))));
}

TEST_CASE("an exact matrix has no entry outside of it, and no product is added to one of its own factors") {
    Matrix<Rational, 2, 2> square(Rational(1), Rational(2), Rational(3), Rational(4));
    auto const& constant = square;
    for (auto const& [row, col] : {std::pair(2, 0), std::pair(-1, 1), std::pair(0, 2), std::pair(1, -1)}) {
        CAPTURE(row, col);
        REQUIRE_THROWS_AS(square(row, col), std::out_of_range);
        REQUIRE_THROWS_AS(constant(row, col), std::out_of_range);
    }
    REQUIRE_THROWS_AS(square(std::size_t{1} << 32, 0), std::out_of_range);  // as an int it would be 0
    REQUIRE_THROWS_AS(constant(0, std::size_t{1} << 32), std::out_of_range);
    auto const before = square;
    REQUIRE_THROWS_AS(add_product(square, square, before), std::invalid_argument);
    REQUIRE_THROWS_AS(add_product(square, before, square), std::invalid_argument);
    REQUIRE_THROWS_AS(add_product_of_transpose(square, square, before), std::invalid_argument);
    REQUIRE_THROWS_AS(add_product_with_transpose(square, before, square), std::invalid_argument);
    REQUIRE(square == before);
    add_product(square, before, before);
    REQUIRE(square == before + product(before, before));
}

TEST_CASE("weights of plain numbers multiply lanes with a transpose, from either side") {
    using Floats = Lanes<float, 4>;
    auto const weights = drawn_matrix<float, 5, 3>(1);
    auto const lanes = drawn_matrix<Floats, 5, 7>(2);
    auto const more_lanes = drawn_matrix<Floats, 7, 3>(3);
    REQUIRE(equal(product_of_transpose(weights, lanes), product(transpose(weights), lanes)));
    REQUIRE(equal(product_of_transpose(lanes, weights), product(transpose(lanes), weights)));
    REQUIRE(equal(product_with_transpose(more_lanes, weights), product(more_lanes, transpose(weights))));
    REQUIRE(equal(product_with_transpose(weights, more_lanes), product(weights, transpose(more_lanes))));
}

TEST_CASE("a product beyond the threshold of Eigen's blocked product is right") {
    // rows + inner + cols = 64 is computed entry by entry, 65 in blocks.
    REQUIRE(product_is_right<float, 20, 31, 13>(25));
    REQUIRE(product_is_right<float, 20, 31, 14>(25));
    REQUIRE(product_is_right<double, 23, 40, 37>(25));
    REQUIRE(product_is_right<Lanes<float, 4>, 23, 40, 37>(25));
}

TEST_CASE("weights of plain numbers multiply lanes, from either side") {
    using Floats = Lanes<float, 4>;
    REQUIRE(is_product(drawn_matrix<float, 5, 3>(1), drawn_matrix<Floats, 3, 7>(2)));
    REQUIRE(is_product(drawn_matrix<Floats, 5, 3>(1), drawn_matrix<float, 3, 7>(2)));
    REQUIRE(is_product(drawn_matrix<float, 1, 5>(1), drawn_matrix<Floats, 5, 3>(2)));
    REQUIRE(is_product(drawn_matrix<float, 14, 5>(1), drawn_matrix<Floats, 5, 1>(2)));
    REQUIRE(is_product(drawn_matrix<double, 5, 3>(1), drawn_matrix<Lanes<double, 2>, 3, 7>(2)));
}

TEMPLATE_LIST_TEST_CASE("a longer product is associated from the left and right in every pair of sizes", "",
                        test::Matrices) {
    auto const a = drawn_matrix<TestType, 2, 3>(1);
    auto const b = drawn_matrix<TestType, 3, 7>(2);
    auto const c = drawn_matrix<TestType, 7, 5>(3);
    auto const d = drawn_matrix<TestType, 5, 4>(4);
    REQUIRE(equal(product(a, b, c), product(product(a, b), c)));
    REQUIRE(equal(product(a, b, c, d), product(a, product(b, product(c, d)))));  // no rounding, so the same
}

TEST_CASE("a product of lanes takes expressions and blocks for matrices, and adds to a block") {
    using Floats = Lanes<float, 4>;
    auto const a = drawn_matrix<Floats, 5, 3>(1);
    auto const b = drawn_matrix<Floats, 3, 7>(2);
    Matrix<Floats, 5, 3> const twice = a + a;
    REQUIRE(equal(product(a + a, b), product(twice, b)));
    REQUIRE(equal(product(a.template topRows<2>(), b), product(Matrix<Floats, 2, 3>(a.template topRows<2>()), b)));
    Matrix<Floats, 6, 7> sum = drawn_matrix<Floats, 6, 7>(3);
    Matrix<Floats, 6, 7> expected = sum;
    expected.template bottomRows<5>() += product(a, b);
    auto block = sum.template bottomRows<5>();
    add_product(block, a, b);
    REQUIRE(equal(sum, expected));
}

TEMPLATE_LIST_TEST_CASE("a transpose has rows for columns", "", test::Matrices) {
    auto const check = []<int Rows, int Cols>(std::integer_sequence<int, Rows, Cols>) {
        auto const a = drawn_matrix<TestType, Rows, Cols>(3);
        auto const t = transpose(a);
        static_assert(rows_of<decltype(t)> == Cols && cols_of<decltype(t)> == Rows);
        bool all = true;
        for (int row = 0; row < Rows; ++row) {
            for (int col = 0; col < Cols; ++col) {
                all = all && t(col, row) == a(row, col);
            }
        }
        return all && equal(transpose(t), a);
    };
    REQUIRE(check(std::integer_sequence<int, 5, 3>{}));
    REQUIRE(check(std::integer_sequence<int, 1, 7>{}));
    REQUIRE(check(std::integer_sequence<int, 7, 1>{}));
}

TEMPLATE_LIST_TEST_CASE("a transpose is a matrix of its own, not a view", "", test::Matrices) {
    auto a = drawn_matrix<TestType, 5, 3>(3);
    auto const t = transpose(a);
    TestType const before = a(4, 1);
    a(4, 1) = before + TestType(1);
    REQUIRE((t(1, 4) == before));
}

TEMPLATE_LIST_TEST_CASE("the transpose of a product is the product of the transposes in the other order", "",
                        test::Matrices) {
    auto const a = drawn_matrix<TestType, 5, 3>(1);
    auto const b = drawn_matrix<TestType, 3, 7>(2);
    REQUIRE(equal(transpose(product(a, b)), product(transpose(b), transpose(a))));
}

TEMPLATE_LIST_TEST_CASE("generate writes entry(row, col) at its row and column", "", test::Matrices) {
    auto const a = generate<TestType, 5, 3>([](int row, int col) { return TestType(10 * row + col); });
    for (int row = 0; row < 5; ++row) {
        for (int col = 0; col < 3; ++col) {
            REQUIRE((a(row, col) == TestType(10 * row + col)));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("zero and a multiple of the identity are what they say", "", test::Matrices) {
    auto const O = zero<TestType, 2, 3>();
    auto const I = identity<TestType, 3>();
    auto const three = identity<TestType, 5>(TestType(3));
    for (int row = 0; row < 5; ++row) {
        for (int col = 0; col < 5; ++col) {
            REQUIRE((three(row, col) == TestType(row == col ? 3 : 0)));
            if (row < 2 && col < 3) {
                REQUIRE((O(row, col) == TestType(0)));
            }
        }
    }
    auto const a = drawn_matrix<TestType, 2, 3>(1);
    REQUIRE(equal(product(a, I), a));
}

TEMPLATE_LIST_TEST_CASE("four blocks stand where the paper writes them", "", test::Matrices) {
    auto const upper_left = drawn_matrix<TestType, 3, 2>(1);
    auto const upper_right = drawn_matrix<TestType, 3, 5>(2);
    auto const lower_left = drawn_matrix<TestType, 4, 2>(3);
    auto const lower_right = drawn_matrix<TestType, 4, 5>(4);
    auto const all = blocks(upper_left, upper_right, lower_left, lower_right);
    static_assert(rows_of<decltype(all)> == 7 && cols_of<decltype(all)> == 7);
    for (int row = 0; row < 7; ++row) {
        for (int col = 0; col < 7; ++col) {
            CAPTURE(row, col);
            TestType const expected = row < 3 && col < 2 ? upper_left(row, col)
                                      : row < 3          ? upper_right(row, col - 2)
                                      : col < 2          ? lower_left(row - 3, col)
                                                         : lower_right(row - 3, col - 2);
            REQUIRE((all(row, col) == expected));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("one matrix above another, and its rows taken out again", "", test::Matrices) {
    auto const upper = drawn_matrix<TestType, 3, 7>(1);
    auto const lower = drawn_matrix<TestType, 2, 7>(2);
    auto const both = above(upper, lower);
    static_assert(rows_of<decltype(both)> == 5 && cols_of<decltype(both)> == 7);
    for (int col = 0; col < 7; ++col) {
        REQUIRE((both(2, col) == upper(2, col)));
        REQUIRE((both(3, col) == lower(0, col)));
    }
    REQUIRE(equal(rows<0, 3>(both), upper));
    REQUIRE(equal(rows<3, 2>(both), lower));
    REQUIRE(equal(above(rows<0, 1>(both), rows<1, 4>(both)), both));  // the upper one is a row vector
}

TEMPLATE_LIST_TEST_CASE("one matrix beside another", "", test::Matrices) {
    auto const left = drawn_matrix<TestType, 3, 2>(1);
    auto const right = drawn_matrix<TestType, 3, 4>(2);
    auto const both = beside(left, right);
    for (int row = 0; row < 3; ++row) {
        for (int col = 0; col < 6; ++col) {
            REQUIRE((both(row, col) == (col < 2 ? left(row, col) : right(row, col - 2))));
        }
    }
    REQUIRE(equal(transpose(both), above(transpose(left), transpose(right))));
}

TEMPLATE_LIST_TEST_CASE("sums, negatives and multiples of matrices are taken entry by entry", "", test::Matrices) {
    auto const a = drawn_matrix<TestType, 5, 3>(1);
    auto const b = drawn_matrix<TestType, 5, 3>(2);
    TestType const factor(3);
    Matrix<TestType, 5, 3> const sum = a + b;
    Matrix<TestType, 5, 3> const difference = a - b;
    Matrix<TestType, 5, 3> const negative = -a;
    Matrix<TestType, 5, 3> const multiple = factor * a;
    Matrix<TestType, 5, 3> assigned = a;
    assigned += b;
    auto const is = [](auto const& matrix, auto const& entry) {
        return equal(matrix, generate<TestType, 5, 3>(entry));
    };
    REQUIRE(is(sum, [&](int row, int col) { return a(row, col) + b(row, col); }));
    REQUIRE(is(difference, [&](int row, int col) { return a(row, col) - b(row, col); }));
    REQUIRE(is(negative, [&](int row, int col) { return -a(row, col); }));
    REQUIRE(is(multiple, [&](int row, int col) { return factor * a(row, col); }));
    REQUIRE(equal(Matrix<TestType, 5, 3>(a * factor), multiple));
    REQUIRE(equal(Matrix<TestType, 5, 3>(half * (a * TestType(2))), a));
    REQUIRE(equal(Matrix<TestType, 5, 3>(a * TestType(4) / TestType(4)), a));
    REQUIRE(equal(assigned, sum));
    assigned -= b;
    REQUIRE(equal(assigned, a));
    REQUIRE((a == assigned));
    assigned(4, 2) += TestType(1);
    REQUIRE_FALSE((a == assigned));
}

TEST_CASE("a matrix of symbolic blocks is transposed block by block and in place") {
    Polynomial const W(Letter("W", Axis::output, Axis::input));
    Polynomial const X(Letter("X", Axis::input, Axis::context));
    Polynomial const Y(Letter("Y", Axis::output, Axis::context));
    using trusted::entry;
    using trusted::same;
    BlockMatrix<2, 1> const tokens{X, Y};
    BlockMatrix<1, 2> const transposed = transpose(tokens);
    REQUIRE(same(entry(transposed, 0, 0), X.transposed()));
    REQUIRE(same(entry(transposed, 0, 1), Y.transposed()));

    BlockMatrix<1, 2> const residual{W, Polynomial(-1)};
    REQUIRE(same(entry(product(residual, tokens), 0, 0), W * X - Y));
    REQUIRE(same(entry(product(product(residual, tokens), transpose(tokens)), 0, 1),
                 W * X * Y.transposed() - Y * Y.transposed()));
    REQUIRE(same(gram(tokens), product(tokens, transpose(tokens))));
    REQUIRE(same(residual * tokens, product(residual, tokens)));

    Polynomial const eta(Letter("eta"));
    BlockMatrix<2, 1> sum = tokens;
    sum += tokens;
    REQUIRE(same(sum, tokens * Polynomial(2)));
    REQUIRE(same(sum / Polynomial(2), tokens));
    sum -= tokens;
    sum *= eta;
    REQUIRE(same(sum, eta * tokens));
    REQUIRE_FALSE(same(sum, tokens));
    REQUIRE_THROWS_AS(tokens / eta, std::logic_error);
    REQUIRE_THROWS_AS(tokens / Polynomial(0), std::domain_error);
}

TEST_CASE("a matrix that a function makes for a named place is made there, not copied") {
    using Tokens = Matrix<Lanes<float, 8>, 4, 10>;
    Tokens const* made_at = nullptr;
    auto const make = [&]() -> Tokens {
        Tokens made = Tokens::Constant(Lanes<float, 8>(2));
        made_at = &made;
        return made;
    };
    Placed<struct somewhere, Lanes<float, 8>, 4, 10> const place(made_by(make));
#ifdef __clang__  // copies what a base begins with
    REQUIRE(made_at != nullptr);
#else
    REQUIRE(static_cast<Tokens const*>(&place) == made_at);
#endif
    REQUIRE(place(3, 9) == Lanes<float, 8>(2));
    Placed<struct somewhere, float, 4, 10> const from_expression(
        made_by([] { return Matrix<float, 4, 10>::Constant(2) * 3; }));
    REQUIRE(from_expression(3, 9) == 6);
}

TEST_CASE("a named place is filled from any matrix of its shape, and from expressions") {
    Placed<struct somewhere, float, 5, 3> place(drawn_matrix<float, 5, 3>(1));
    REQUIRE(equal(place, drawn_matrix<float, 5, 3>(1)));
    place = drawn_matrix<float, 5, 3>(2) - drawn_matrix<float, 5, 3>(1);
    for (int row = 0; row < 5; ++row) {
        REQUIRE(place(row, 2) == drawn_matrix<float, 5, 3>(2)(row, 2) - drawn_matrix<float, 5, 3>(1)(row, 2));
    }
    Placed<struct elsewhere, float, 5, 3> const copy = place;  // another place of the same shape
    REQUIRE(equal(copy, place));
}

TEST_CASE("what gives the entries of one half alone is no matrix, and what gives all of them is") {
    using Square = Eigen::Matrix2d;
    STATIC_REQUIRE(!AnyMatrix<decltype(std::declval<Square const&>().triangularView<Eigen::Upper>())>);
    STATIC_REQUIRE(!AnyMatrix<decltype(std::declval<Square&>().triangularView<Eigen::StrictlyLower>()) const&>);
    STATIC_REQUIRE(!AnyMatrix<decltype(std::declval<Square const&>().selfadjointView<Eigen::Lower>())>);
    STATIC_REQUIRE(AnyMatrix<decltype(std::declval<Square const&>().topRows<1>())>);
    STATIC_REQUIRE(AnyMatrix<decltype(std::declval<Square const&>().array())>);
    STATIC_REQUIRE(AnyMatrix<decltype(std::declval<Square const&>() * std::declval<Square const&>())>);
    STATIC_REQUIRE(AnyMatrix<Eigen::Map<Square const>> && AnyMatrix<Eigen::Ref<Square const>>);

    Square A;
    A << 1, 2, 3, 4;
    Square expected;
    expected << 5, 8, 8, 16;
    REQUIRE(gram(Matrix<double, 2, 2>(A.triangularView<Eigen::Upper>())) == expected);
}

}  // namespace
