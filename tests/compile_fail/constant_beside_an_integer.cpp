// SPDX-License-Identifier: MIT
// One minus a half, with an integer of C++.
//
// expected: an integer beside an exact constant is written as one: 1_exact - half
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
inline constexpr Rational number(1 - half);
#else
inline constexpr Rational number(1_exact - half);
#endif
