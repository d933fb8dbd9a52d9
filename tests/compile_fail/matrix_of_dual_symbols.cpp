// SPDX-License-Identifier: MIT
// A matrix of dual numbers of symbols: each entry would be a block, and a transpose would turn the matrix and no block. Derivatives
// are shown with dual numbers of the field.
//
// expected: a symbolic block stands for a whole part of a matrix, of any size, so it has no entries
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
using Number = Dual<Polynomial>;
#else
using Number = Dual<Modular>;
#endif

inline constexpr auto A = product(zero<Number, 2, 3>(), transpose(zero<Number, 2, 3>()));
