// SPDX-License-Identifier: MIT
// Lanes compared: of which task would the branch be?
//
// expected: lanes hold the numbers of several tasks, so they have no <
#include "incontext/incontext.hpp"

using namespace incontext;

using Floats = Lanes<float, 16>;

Floats limited(Floats const& x, Floats const& limit) {
#ifdef BROKEN
    return x < limit ? x : limit;
#else
    return smaller(x, limit);
#endif
}
