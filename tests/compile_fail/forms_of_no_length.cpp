// SPDX-License-Identifier: MIT
// Two forms are compared on streams of no length.
//
// expected: two forms of a rule are compared by identical_on_streams<Rule, length>(first, second)
#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

#ifdef BROKEN
static_assert(identical_on_streams<Rule>(forms::sequence, forms::chunks<2>));
#else
static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::chunks<2>));
#endif
