// SPDX-License-Identifier: MIT
// Twelve lanes, where registers hold 2, 4, 8 or 16 numbers.
//
// expected: the number of lanes must be a power of two
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int count = 12;
#else
constexpr int count = 16;
#endif

auto sum(Lanes<float, count> const& a, Lanes<float, count> const& b) {
    return a + b;
}
