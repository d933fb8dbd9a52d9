// SPDX-License-Identifier: MIT
// A literal that is ten in C++, octal, and reads as twelve.
//
// expected: an exact literal is a decimal number such as 3_exact, 0.75_exact or 1.5e-3_exact
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
inline constexpr auto number = 0'12_exact;
#else
inline constexpr Rational number(12_exact);
#endif
