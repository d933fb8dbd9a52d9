// SPDX-License-Identifier: MIT
// Lanes of exact numbers, which no register holds.
//
// expected: Lanes hold float, double or integers
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Number = Rational;
#else
using Number = float;
#endif

auto sum(Lanes<Number, 16> const& a, Lanes<Number, 16> const& b) {
    return a + b;
}
