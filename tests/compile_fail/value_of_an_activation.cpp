// SPDX-License-Identifier: MIT
// The value of an activation, asked as of a function.
//
// expected: value_of and value_and_derivative take a function with a name
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

float activated(float z) {
#ifdef BROKEN
    return value_of<GELU>(z);
#else
    return GELU::at(z).value;
#endif
}
