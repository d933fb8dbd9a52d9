// SPDX-License-Identifier: MIT
// Recursive least squares divides by what it knows: it is no affine map of its state, and has no tree.
//
// expected: this form needs a rule whose memory S becomes S A + B: it has no transition(example). Run it in sequence
#include "incontext/online.hpp"

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
#ifdef BROKEN
using Rule = LeastSquaresRule<shape, Modular>;
#else
using Rule = ImplicitDeltaRule<shape, Modular>;
#endif

static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::scan<2>));
