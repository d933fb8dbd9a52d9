// SPDX-License-Identifier: MIT
// A column of three entries copied from one of two: the third would be read behind it.
//
// expected: the columns of two matrices are read together, and they are of unlike length
#include "incontext/online.hpp"

using namespace incontext;

constexpr bool is_copied() {
    auto to = zero<Modular, 3, 2>();
#ifdef BROKEN
    auto const from = zero<Modular, 2, 3>();
#else
    auto const from = zero<Modular, 3, 3>();
#endif
    columns::copy(to, 1, from, 2);
    return to(2, 1) == Modular(0);
}
static_assert(is_copied());
