// SPDX-License-Identifier: MIT
// A matrix of zeros is made without the type of its numbers.
//
// expected: a matrix is made by zero<Number, rows, cols>()
#include "incontext/theorem.hpp"

using namespace incontext;

auto nothing() {
#ifdef BROKEN
    return zero<2, 3>();
#else
    return zero<Modular, 2, 3>();
#endif
}
