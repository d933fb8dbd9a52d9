// SPDX-License-Identifier: MIT
// Three rows from row 3 on, of tokens that have five rows.
//
// expected: rows: the matrix has fewer rows
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int output = 3;
#else
constexpr int output = 2;
#endif

auto y(Matrix<Modular, 5, 7> const& tokens) {
    return rows<3, output>(tokens);
}
