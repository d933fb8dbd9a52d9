// SPDX-License-Identifier: MIT
// (A + B)^8 has 256 terms, for A and B do not commute; a symbolic block holds 64.
//
// expected: a_symbolic_block_has_too_many_terms
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Polynomial squared(Polynomial const& sum) {
    return sum * sum;
}
constexpr Polynomial A(Letter("A", Axis::token, Axis::token));
constexpr Polynomial B(Letter("B", Axis::token, Axis::token));

#ifdef BROKEN
static_assert(trusted::Terms::count(squared(squared(squared(A + B)))) == 256);
#else
static_assert(trusted::Terms::count(squared(squared(A + B))) == 16);
#endif
