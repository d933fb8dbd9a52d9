// SPDX-License-Identifier: MIT
// A constant with the denominator zero.
//
// expected: the denominator of an exact constant is a positive integer
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
inline constexpr Rational number(ratio<1, 0>);
#else
inline constexpr Rational number(ratio<1, 2>);
#endif
