// SPDX-License-Identifier: MIT
// One value and two keys.
//
// expected: a product needs as many columns on its left as rows on its right
#include "incontext/online.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int keys = 2;
#else
constexpr int keys = 1;
#endif

void written(Matrix<Modular, 4, 3>& S, Matrix<Modular, 4, 1> const& value, Matrix<Modular, 3, keys> const& key) {
    add_outer_product(S, value, key);
}
