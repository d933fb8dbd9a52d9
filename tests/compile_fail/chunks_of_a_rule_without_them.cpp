// SPDX-License-Identifier: MIT
// The factors of a covariance have no form in chunks here.
//
// expected: this rule has no form in chunks: it has no transition(example), and Chunk is not specialised for it. Run it in sequence
#include "incontext/online.hpp"

using namespace incontext;

using Rule = FactoredLeastSquaresRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
#ifdef BROKEN
static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::chunks<2>));
#else
static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::sequence));
#endif
