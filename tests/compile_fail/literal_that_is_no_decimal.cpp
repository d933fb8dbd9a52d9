// SPDX-License-Identifier: MIT
// A hexadecimal literal as an exact constant.
//
// expected: an exact literal is a decimal number such as 3_exact, 0.75_exact or 1.5e-3_exact
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
inline constexpr auto number = 0x10_exact;
#else
inline constexpr Rational number(16_exact);
#endif
