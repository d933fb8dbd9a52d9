// SPDX-License-Identifier: MIT
// Numbers and matrices of one's own, as docs/extending.md asks for them: what they begin with, how they hold their entries and what
// members they have are theirs.
#include <concepts>
#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>

#include "catch.hpp"
#include "incontext/matrix/counted.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "incontext/number/series.hpp"
#include "incontext/theorem.hpp"

namespace begins_elsewhere {

/// Number() is not 0: a sum must not begin with it.
struct Number {
    int value = 7;

    constexpr Number() = default;
    constexpr Number(int integer) : value(integer) {}
    friend constexpr Number operator+(Number a, Number b) { return a.value + b.value; }
    friend constexpr Number operator-(Number a, Number b) { return a.value - b.value; }
    friend constexpr Number operator-(Number a) { return -a.value; }
    friend constexpr Number operator*(Number a, Number b) { return a.value * b.value; }
    friend constexpr Number operator/(Number a, Number b) { return a.value / b.value; }
    constexpr Number& operator+=(Number b) { return *this = *this + b; }
    constexpr Number& operator-=(Number b) { return *this = *this - b; }
    friend constexpr bool operator==(Number a, Number b) { return a.value == b.value; }
};

}  // namespace begins_elsewhere

namespace without_a_beginning {

/// `Number x;` has no value, as of float.
struct Number {
    int value;

    Number() = default;
    constexpr Number(int integer) : value(integer) {}
    friend constexpr Number operator+(Number a, Number b) { return a.value + b.value; }
    friend constexpr Number operator-(Number a, Number b) { return a.value - b.value; }
    friend constexpr Number operator-(Number a) { return -a.value; }
    friend constexpr Number operator*(Number a, Number b) { return a.value * b.value; }
    constexpr Number& operator+=(Number b) { return *this = *this + b; }
    constexpr Number& operator-=(Number b) { return *this = *this - b; }
    friend constexpr bool operator==(Number a, Number b) { return a.value == b.value; }
};

}  // namespace without_a_beginning

namespace own_matrix {

/// Bytes of 0 are 0/0, and no number; Fraction() is 7.
struct Fraction {
    int above = 7;
    int below = 1;

    constexpr Fraction() = default;
    constexpr Fraction(int integer) : above(integer) {}
    constexpr Fraction(int a, int b) : above(a), below(b) {}
    friend constexpr Fraction operator+(Fraction a, Fraction b) {
        return {a.above * b.below + b.above * a.below, a.below * b.below};
    }
    friend constexpr Fraction operator-(Fraction a) { return {-a.above, a.below}; }
    friend constexpr Fraction operator-(Fraction a, Fraction b) { return a + -b; }
    friend constexpr Fraction operator*(Fraction a, Fraction b) { return {a.above * b.above, a.below * b.below}; }
    friend constexpr Fraction operator/(Fraction a, Fraction b) { return {a.above * b.below, a.below * b.above}; }
    constexpr Fraction& operator+=(Fraction b) { return *this = *this + b; }
    constexpr Fraction& operator-=(Fraction b) { return *this = *this - b; }
    friend constexpr bool operator==(Fraction a, Fraction b) {
        return a.above * b.below == b.above * a.below && a.below != 0 && b.below != 0;
    }
};

/// Its entries stand row by row.
template <int Rows, int Cols>
struct RowMajor {
    using Scalar = Fraction;
    static constexpr int RowsAtCompileTime = Rows;
    static constexpr int ColsAtCompileTime = Cols;
    Fraction entries[Rows * Cols];

    constexpr Fraction& operator()(int row, int col) { return entries[row * Cols + col]; }
    constexpr Fraction const& operator()(int row, int col) const { return entries[row * Cols + col]; }
    constexpr Fraction* data() { return entries; }
};

}  // namespace own_matrix

namespace generates_itself {

/// Number() is not 0.
struct Number {
    int value = 7;

    constexpr Number() = default;
    constexpr Number(int integer) : value(integer) {}
    friend constexpr bool operator==(Number a, Number b) { return a.value == b.value; }
};

/// Makes itself of its entries, as counted matrices do.
template <int Rows, int Cols>
struct Grid {
    using Scalar = Number;
    static constexpr int RowsAtCompileTime = Rows;
    static constexpr int ColsAtCompileTime = Cols;
    Number at[Rows][Cols];

    constexpr Number& operator()(int row, int col) { return at[row][col]; }
    constexpr Number const& operator()(int row, int col) const { return at[row][col]; }

    template <class Entry>
    static constexpr Grid generated(Entry const& entry) {
        Grid grid;
        for (int row = 0; row < Rows; ++row) {
            for (int col = 0; col < Cols; ++col) {
                grid.at[row][col] = entry(row, col);
            }
        }
        return grid;
    }
};

}  // namespace generates_itself

template <incontext::NumberClass Number, int Rows, int Cols>
    requires incontext::FixedSizes<Rows, Cols> && std::same_as<Number, generates_itself::Number>
struct incontext::MatrixOf<Number, Rows, Cols> {
    using type = generates_itself::Grid<Rows, Cols>;
};

template <incontext::NumberClass Number, int Rows, int Cols>
    requires incontext::FixedSizes<Rows, Cols> && std::same_as<Number, own_matrix::Fraction>
struct incontext::MatrixOf<Number, Rows, Cols> {
    using type = own_matrix::RowMajor<Rows, Cols>;
};

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 2, .context = 3};

/// Whether every entry is `number`.
template <AnyMatrix M>
constexpr bool is_everywhere(NumberOf<M> const& number, M const& matrix) {
    bool all = true;
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            all = all && matrix(row, col) == number;
        }
    }
    return all;
}

/// A B of a kind of numbers, and of dual numbers of it, where A moves along D and B stands still: (A + D e) B = A B + D B e.
template <class Number>
constexpr bool moves_along() {
    auto const A = generate<Number, 2, 3>([](int row, int col) { return Number(10 * row + col); });
    auto const D = generate<Number, 2, 3>([](int row, int col) { return Number(100 * row + 7 * col + 1); });
    auto const B = generate<Number, 3, 2>([](int row, int col) { return Number(3 * row - 5 * col + 2); });
    auto const along =
        product(generate<Dual<Number>, 2, 3>([&](int row, int col) { return Dual<Number>(A(row, col), D(row, col)); }),
                generate<Dual<Number>, 3, 2>([&](int row, int col) { return Dual<Number>(B(row, col), Number(0)); }));
    auto const at = transpose(along);
    bool all = true;
    for (int row = 0; row < 2; ++row) {
        for (int col = 0; col < 2; ++col) {
            Number value(0);
            Number slope(0);
            for (int i = 0; i < 3; ++i) {
                value += A(row, i) * B(i, col);
                slope += D(row, i) * B(i, col);
            }
            all = all && along(row, col) == Dual<Number>(value, slope) && at(col, row) == Dual<Number>(value, slope);
        }
    }
    return all;
}

TEST_CASE("a matrix begins with Number(0), whatever Number() is") {
    using begins_elsewhere::Number;
    STATIC_REQUIRE(is_everywhere(Number(0), Matrix<Number, 2, 3>()));
    STATIC_REQUIRE(is_everywhere(Number(0), zero<Number, 2, 3>()));
    STATIC_REQUIRE(is_everywhere(Number(0), Prompt<shape, Number>{}.query));
    STATIC_REQUIRE(is_everywhere(Number(0), LinearSelfAttention<shape, Number>{}.value));
    constexpr auto I = identity<Number, 3>(Number(5));
    STATIC_REQUIRE((I(0, 0) == Number(5) && I(0, 1) == Number(0) && I(2, 1) == Number(0)));
    constexpr auto A = generate<Number, 2, 3>([](int row, int col) { return Number(10 * row + col); });
    STATIC_REQUIRE((product(A, I)(1, 2) == Number(60) && product(A, zero<Number, 3, 2>())(1, 1) == Number(0)));
    STATIC_REQUIRE(is_everywhere(Dual<Number>(0), Matrix<Dual<Number>, 2, 3>()));
    STATIC_REQUIRE((PowerSeries<Number, 2>().coefficient(1) == Number(0)));
}

TEST_CASE("a matrix begins with Number(0), where a number begins with what stands in memory") {
    using without_a_beginning::Number;
    using M = Matrix<Number, 2, 3>;
    STATIC_REQUIRE(std::is_trivially_default_constructible_v<Number>);
    STATIC_REQUIRE(is_everywhere(Number(0), M()));
    STATIC_REQUIRE(is_everywhere(Number(0), zero<Number, 2, 3>()));
    STATIC_REQUIRE(is_everywhere(Number(0), Prompt<shape, Number>{}.query));
    alignas(M) std::byte memory[sizeof(M)];
    std::memset(memory, 1, sizeof(M));
    auto* const matrix = new (memory) M;
    REQUIRE(is_everywhere(Number(0), *matrix));
    STATIC_REQUIRE(is_everywhere(Dual<Number>(0), Matrix<Dual<Number>, 2, 3>()));
    STATIC_REQUIRE(moves_along<Number>());
}

TEST_CASE("a matrix that holds its entries row by row is read and written by its own operator()") {
    using own_matrix::Fraction;
    constexpr auto A = generate<Fraction, 2, 3>([](int row, int col) { return Fraction(10 * row + col); });
    STATIC_REQUIRE((A(0, 1) == Fraction(1) && A(1, 0) == Fraction(10) && A(1, 2) == Fraction(12)));
    constexpr auto lower = rows<1, 1>(A);
    STATIC_REQUIRE((lower(0, 0) == Fraction(10) && lower(0, 1) == Fraction(11) && lower(0, 2) == Fraction(12)));
    constexpr auto both = above(A, lower);
    STATIC_REQUIRE((both(1, 0) == Fraction(10) && both(0, 2) == Fraction(2) && both(2, 2) == Fraction(12)));
    constexpr auto I = identity<Fraction, 2>();
    constexpr auto all = blocks(I, A, zero<Fraction, 1, 2>(), lower);
    STATIC_REQUIRE((all(1, 1) == Fraction(1) && all(0, 1) == Fraction(0) && all(1, 2) == Fraction(10)));
    STATIC_REQUIRE((all(2, 0) == Fraction(0) && all(2, 3) == Fraction(11) && beside(A, A)(1, 3) == Fraction(10)));
}

TEST_CASE("dual numbers of numbers of one's own have derivatives, whatever their matrix is") {
    STATIC_REQUIRE(moves_along<Modular>());
    STATIC_REQUIRE(moves_along<begins_elsewhere::Number>());
    STATIC_REQUIRE(moves_along<own_matrix::Fraction>());  // its matrices hold their entries row by row
}

TEST_CASE("dual numbers that count do so in matrices, too") {
    Operations tally;
    Counted const counted(tally);
    auto const A = generate<Dual<Counted>, 2, 3>([&](int, int) { return Dual<Counted>(counted, counted); });
    static_cast<void>(product(A, transpose(A)));
    REQUIRE(tally.multiplications == 3 * 2 * 2 * 3);  // three of numbers for one of dual numbers
}

/// A parameter that is a matrix of one's own.
struct Parameters {
    BOOST_HANA_DEFINE_STRUCT(Parameters, (own_matrix::RowMajor<2, 3>, matrix));
};

TEST_CASE("a matrix of one's own is zero in a named place and by set_zero, though bytes of 0 are no number") {
    using own_matrix::Fraction;
    Prompt<shape, Fraction> const prompt{};
    REQUIRE(is_everywhere(Fraction(0), prompt.context));
    REQUIRE(is_everywhere(Fraction(0), prompt.query));
    STATIC_REQUIRE(is_everywhere(Fraction(0), Prompt<shape, Fraction>{}.query));
    Parameters parameters{generate<Fraction, 2, 3>([](int, int) { return Fraction(4); })};
    set_zero(parameters);
    REQUIRE(is_everywhere(Fraction(0), parameters.matrix));
}

TEST_CASE("a matrix of one's own that makes itself of its entries is zero in a named place, too") {
    using generates_itself::Number;
    STATIC_REQUIRE(is_everywhere(Number(0), Prompt<shape, Number>{}.context));
    STATIC_REQUIRE(is_everywhere(Number(0), Prompt<shape, Number>{}.query));
    STATIC_REQUIRE(is_everywhere(Number(0), LinearSelfAttention<shape, Number>{}.key));
    constexpr auto A = generate<Number, 2, 3>([](int row, int col) { return Number(10 * row + col); });
    STATIC_REQUIRE((A(0, 2) == Number(2) && A(1, 0) == Number(10)));
}

}  // namespace
