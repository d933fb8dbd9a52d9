// SPDX-License-Identifier: MIT
// A random order of more things than JAX sorts once.
//
// expected: random_places: from 1 to 1625 things (JAX sorts more of them twice)
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int things = 2000;
#else
constexpr int things = 1625;
#endif

auto order(Keys<16> const& key) {
    return random_places<things>(key);
}
