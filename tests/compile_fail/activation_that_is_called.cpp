// SPDX-License-Identifier: MIT
// An activation called as a function.
//
// expected: an activation is no function object
#include "incontext/incontext.hpp"

using namespace incontext;

float activated(float z) {
#ifdef BROKEN
    return GELU{}(z);
#else
    return GELU::at(z).value;
#endif
}
