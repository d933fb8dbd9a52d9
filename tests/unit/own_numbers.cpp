// SPDX-License-Identifier: MIT
// Numbers and matrices of one's own, as docs/extending.md asks for them: what they begin with, how they hold their entries and what
// members they have are theirs.
#include <type_traits>

#include "catch.hpp"
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

}  // namespace
