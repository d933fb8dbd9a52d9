// SPDX-License-Identifier: MIT
// Rows are named between ( and ) in place of < and >.
//
// expected: this function takes matrices, as many as its declaration says
#include "incontext/theorem.hpp"

using namespace incontext;

auto upper(Matrix<Modular, 5, 7> const& tokens) {
#ifdef BROKEN
    return rows(tokens, 0, 3);
#else
    return rows<0, 3>(tokens);
#endif
}
