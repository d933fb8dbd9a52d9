// SPDX-License-Identifier: MIT
// What symbols refuse: a division by a sum, by zero and by an unknown; a letter with one axis. That a zero has no term, and that nobody but the
// library's symbolic matrices is handed the key.
#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/block_matrix.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/number/polynomial.hpp"

#include <type_traits>

namespace {

using namespace incontext;

constexpr Polynomial A(Letter("A", Axis::input, Axis::input));
constexpr Polynomial eta(Letter("eta"));
constexpr Polynomial N = Polynomial::context_size(1);

template <auto F>
concept is_refused = !requires {
    typename std::integral_constant<bool, (F(), true)>;
};

static_assert(!is_refused<[] { return A / Polynomial(2); }> && !is_refused<[] { return A / N; }>);
static_assert(!is_refused<[] { return A / (N * N); }>);
static_assert(is_refused<[] { return A / Polynomial(0); }> && is_refused<[] { return A / (N - N); }>);
static_assert(is_refused<[] { return A / eta; }> && is_refused<[] { return A / A; }>);
static_assert(is_refused<[] { return A / (N + Polynomial(1)); }> && is_refused<[] { return A / (Polynomial(2) + N); }>);

static_assert(is_refused<[] { return Letter("A", Axis::input, Axis::none); }>);
static_assert(is_refused<[] { return Letter("A", Axis::none, Axis::input); }>);

static_assert(trusted::Terms::count(Polynomial(0)) == 0 && trusted::Terms::count(Polynomial(1)) == 1);

/// Takes whatever key it is given.
template <class Number>
struct TakesAnyKey {
    using Scalar = Number;
    static constexpr int RowsAtCompileTime = 1;
    static constexpr int ColsAtCompileTime = 1;
    Number number;

    constexpr Number block(auto, int, int) const { return number; }
};
template <class Number>
struct DerivesFromOurs : Matrix<Number, 1, 1> {
    constexpr Number block(auto, int, int) const { return Number(1); }
};
static_assert(trusted::OpensWithTheKey<Matrix<Polynomial, 1, 1> const&>);
static_assert(trusted::OpensWithTheKey<Matrix<Polynomial, 1, 1>&>);
static_assert(!trusted::OpensWithTheKey<Matrix<Modular, 1, 1> const&>);
static_assert(!trusted::OpensWithTheKey<TakesAnyKey<Modular> const&>);
static_assert(!trusted::OpensWithTheKey<TakesAnyKey<Polynomial> const&>);
static_assert(!trusted::OpensWithTheKey<DerivesFromOurs<Modular> const&>);
// What derives from a symbolic matrix is that matrix: its own `block` is not asked.
static_assert(trusted::Terms::count(trusted::entry(DerivesFromOurs<Polynomial>{}, 0, 0)) == 0);

}  // namespace
