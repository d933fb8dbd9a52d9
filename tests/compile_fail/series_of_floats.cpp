// SPDX-License-Identifier: MIT
// A power series of floats.
//
// expected: a power series is of exact numbers
#include "incontext/theorem_nonlinear.hpp"
#include "incontext/number/series.hpp"

using namespace incontext;

#ifdef BROKEN
using Series = PowerSeries<float, 3>;
#else
using Series = PowerSeries<Rational, 3>;
#endif
static_assert(Series::variable().coefficient(1) == 1);
