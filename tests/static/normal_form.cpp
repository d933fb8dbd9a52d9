// SPDX-License-Identifier: MIT
// The normal form of symbols, one thing at a time: coefficients, numbers of terms, shapes, N 1/N, names.
#include "incontext/number/polynomial.hpp"

#include <type_traits>

namespace {

using namespace incontext;
using trusted::same;

constexpr Polynomial A(Letter("A", Axis::input, Axis::input));
constexpr Polynomial B(Letter("B", Axis::input, Axis::input));
constexpr Polynomial X(Letter("X", Axis::input, Axis::context));
constexpr Polynomial W(Letter("W0", Axis::output, Axis::input));
constexpr Polynomial square_output(Letter("S", Axis::output, Axis::output));
constexpr Polynomial eta(Letter("eta"));
constexpr Polynomial I(1);
constexpr Polynomial N = Polynomial::context_size(1);
constexpr Polynomial one_over_N = Polynomial::one_over_context(1);

// A coefficient, and the number of terms, are part of what a symbol is.
static_assert(!same(A, Polynomial(2) * A) && !same(A, -A));
static_assert(!same(A, A + B) && !same(A + B, A) && !same(A, Polynomial(0)) && !same(Polynomial(0), A));
static_assert(same(A * (Polynomial(3) * B), Polynomial(3) * (A * B)));
static_assert(same((Polynomial(2) * A) * (Polynomial(3) * B), Polynomial(6) * A * B));

// N and 1/N cancel in pairs, and what is left over stays.
static_assert(!same(N * A, A) && !same(one_over_N * A, A) && !same(N, one_over_N));
static_assert(same(N * N * one_over_N, N) && same(N * one_over_N * one_over_N * A, one_over_N* A));

template <auto F>
concept is_refused = !requires {
    typename std::integral_constant<bool, (F(), true)>;
};

// A term of a sum fits every other: in rows and in columns, a multiple of the identity on either side of it.
static_assert(is_refused<[] { return A + X; }> && is_refused<[] { return X + A; }>);
static_assert(is_refused<[] { return I + W; }> && is_refused<[] { return W + I; }> &&
              !is_refused<[] { return I + A; }>);
static_assert(is_refused<[] { return eta + A + square_output; }> && !is_refused<[] { return eta + A + B; }>);

// Every character of a name counts.
static_assert(!same(Polynomial(Letter("ab")), Polynomial(Letter("ac"))));
static_assert(!same(Polynomial(Letter("abcde")), Polynomial(Letter("bbcde"))));

}  // namespace
