// SPDX-License-Identifier: MIT
// A power series up to s^0: without any term it would be zero, and all statements about it true.
//
// expected: a series has at least one term: PowerSeries<Number, K> with K of 1 or more
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
[[maybe_unused]] constexpr PowerSeries<Modular, 0> sum = PowerSeries<Modular, 0>(1) + PowerSeries<Modular, 0>(1);
#else
[[maybe_unused]] constexpr PowerSeries<Modular, 1> sum = PowerSeries<Modular, 1>(1) + PowerSeries<Modular, 1>(1);
#endif
