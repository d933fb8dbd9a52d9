// SPDX-License-Identifier: MIT
// A power series up to s^0: without any term it would be zero, and all statements about it true.
//
// expected: a series has at least one term: Series<Number, K> with K of 1 or more
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr Series<Modular, 0> sum = Series<Modular, 0>(1) + Series<Modular, 0>(1);
#else
constexpr Series<Modular, 1> sum = Series<Modular, 1>(1) + Series<Modular, 1>(1);
#endif
