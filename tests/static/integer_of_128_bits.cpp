// SPDX-License-Identifier: MIT
// With the extensions of GNU __int128 is an integer to the library: it keeps its value, or is refused.
//
// options: -std=gnu++20
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

}  // namespace
