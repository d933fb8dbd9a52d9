// SPDX-License-Identifier: MIT
// What symbols refuse: a division by a sum, by zero and by an unknown; a letter with one axis. And that a zero has no term.
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

}  // namespace
