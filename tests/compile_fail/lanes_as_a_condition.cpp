// SPDX-License-Identifier: MIT
// Lanes as the condition of an `if`: of which task would the branch be?
//
// expected: this number is no bool, integer or floating-point number
#include "incontext/incontext.hpp"

using namespace incontext;

using Floats = Lanes<float, 16>;

float first_if_any(Floats const& x) {
#ifdef BROKEN
    return x ? x[0] : 0;
#else
    return x == Floats(0) ? 0 : x[0];
#endif
}
