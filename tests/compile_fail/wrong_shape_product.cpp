// SPDX-License-Identifier: MIT
// A product whose inner sizes differ.
//
// expected: a product needs as many columns on its left as rows on its right
// expected: the_inner_sizes_of_a_product_differ<incontext::Given<5, 7>, incontext::Given<5, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int inner = 5;
#else
constexpr int inner = 7;
#endif

auto multiplied(Matrix<Modular, 5, 7> const& a, Matrix<Modular, inner, 2> const& b) {
    return product(a, b);
}
