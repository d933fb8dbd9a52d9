// SPDX-License-Identifier: MIT
// Three plans for the inverse of I - N, N strictly upper triangular: in exact numbers they are one (in float:
// tests/unit/online_inverses.cpp).
#include "incontext/online.hpp"

namespace {

using namespace incontext;

template <int Size>
constexpr auto N = [] {
    Matrix<Modular, Size, Size> drawn;
    streams::draw<Modular>({}, "N", drawn);
    return drawn;  // what is on and below the diagonal must not be read
}();
template <int Size>
constexpr auto I_minus_N = generate<Modular, Size, Size>([](int row, int col) {
    return row == col ? Modular(1) : row < col ? -N<Size>(row, col) : Modular(0);
});

template <class Plan, int Size>
constexpr bool inverts() {
    auto const I = identity<Modular, Size>();
    auto const inverse = Plan::inverse(N<Size>);
    auto const b = rows<0, 1>(N<Size>);
    return product(inverse, I_minus_N<Size>) == I && product(I_minus_N<Size>, inverse) == I &&
           product(Plan::solve(b, N<Size>), I_minus_N<Size>) == b;
}
template <class Plan>
constexpr bool inverts_all =
    inverts<Plan, 1>() && inverts<Plan, 2>() && inverts<Plan, 3>() && inverts<Plan, 5>() && inverts<Plan, 8>();
static_assert(inverts_all<BySubstitution>);
static_assert(inverts_all<ByHalves>);
static_assert(inverts_all<ByDoubling>);

}  // namespace
