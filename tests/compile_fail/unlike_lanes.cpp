// SPDX-License-Identifier: MIT
// Lanes of eight tasks and of sixteen, added.
//
// expected: lanes mix with lanes of the same number and count
// expected: unlike_lanes_do_not_mix<incontext::algebra::Lanes<float, 8>, incontext::algebra::Lanes<float, 16>
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Few = Lanes<float, 8>;
#else
using Few = Lanes<float, 16>;
#endif

auto sum(Few const& a, Lanes<float, 16> const& b) {
    return a + b;
}
