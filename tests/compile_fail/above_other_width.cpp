// SPDX-License-Identifier: MIT
// Inputs above the targets of another number of examples.
//
// expected: above: the two matrices have different widths
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int examples = 6;
#else
constexpr int examples = 7;
#endif

auto tokens(Matrix<Modular, 3, 7> const& X, Matrix<Modular, 2, examples> const& Y) {
    return above(X, Y);
}
