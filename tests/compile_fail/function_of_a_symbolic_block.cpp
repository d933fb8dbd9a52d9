// SPDX-License-Identifier: MIT
// A softmax in a statement for all sizes: a block stands for many entries, and exp acts on each.
//
// expected: exp, tanh and other functions act on entries, and a symbolic block has none: a statement about a layer with a softmax, an activation or a normalisation is made for named sizes, with identical<sizes>
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

#ifdef BROKEN
using Number = Polynomial;
#else
using Number = Modular;
#endif
Number e(Number const& eta) {
    return value_of<Exponential>(eta);
}
