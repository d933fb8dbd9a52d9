// SPDX-License-Identifier: MIT
// The epsilon of a LayerNorm as a type of numbers, which would be 0.
//
// expected: the third argument of LayerNorm is the type of its epsilon
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

#ifdef BROKEN
using Norm = LayerNorm<Modular, 8, float>;
#else
using Norm = LayerNorm<Modular, 8, Ratio<1, 1000>>;
#endif
static_assert(Norm::input_dim == 8);
