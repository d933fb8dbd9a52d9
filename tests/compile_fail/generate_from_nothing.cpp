// SPDX-License-Identifier: MIT
// A function that returns nothing, where generate wants every entry.
//
// expected: generate<Number, rows, cols>(entry) calls entry(row, col) for every place
#include "incontext/theorem.hpp"

using namespace incontext;

auto mask() {
#ifdef BROKEN
    return generate<Modular, 3, 3>([](int row, int col) { static_cast<void>(row < col ? 0 : 1); });
#else
    return generate<Modular, 3, 3>([](int row, int col) { return Modular(row < col ? 0 : 1); });
#endif
}
