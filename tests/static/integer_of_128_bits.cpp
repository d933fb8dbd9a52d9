// SPDX-License-Identifier: MIT
// With the extensions of GNU __int128 is an integer to the library: it keeps its value, or is refused.
//
// options: -std=gnu++20
#include "incontext/number/error_bound.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

__extension__ using Integer = __int128;

template <class Number, int Shift>
concept Holds = requires {
    typename std::bool_constant<(static_cast<void>(Number(Integer{1} << Shift)), true)>;
};

static_assert(Modular(Integer{5} - 12) == Modular(-7));
static_assert(Holds<Modular, 30> && Holds<Rational, 30> && Holds<Polynomial, 30> && Holds<Degree, 30>);
static_assert(!Holds<Modular, 64> && !Holds<Rational, 64> && !Holds<Polynomial, 64> && !Holds<Degree, 64>);

// The bound of one that double does not hold is not 0.
constexpr Integer beyond = (Integer{1} << 53) + 1;
static_assert(ErrorBound<double>(beyond).error() >= 1 && ErrorBound<double>(1 - beyond).error() == 0);
static_assert(ErrorBound<long double>((Integer{1} << 100) + 1).error() >= 1);

}  // namespace
