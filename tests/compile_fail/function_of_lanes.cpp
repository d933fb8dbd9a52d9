// SPDX-License-Identifier: MIT
// A root of lanes.
//
// expected: lanes hold the numbers of several tasks, so they have no <
#include "incontext/incontext.hpp"

using namespace incontext;

using Floats = Lanes<float, 16>;

Floats root(Floats const& x) {
#ifdef BROKEN
    using std::sqrt;
    return sqrt(x);
#else
    return x * value_of<ReciprocalRoot>(x);
#endif
}
