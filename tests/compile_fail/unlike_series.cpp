// SPDX-License-Identifier: MIT
// Two series that are cut off at unlike orders, added.
//
// expected: two power series that are added, multiplied, divided or compared have the same numbers
#include "incontext/theorem_nonlinear.hpp"
#include "incontext/number/series.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int terms = 4;
#else
constexpr int terms = 3;
#endif
constexpr auto sum = PowerSeries<Rational, 3>::variable() + PowerSeries<Rational, terms>::variable();
static_assert(sum.coefficient(1) == 2);
