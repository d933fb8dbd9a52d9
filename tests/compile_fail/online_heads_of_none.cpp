// SPDX-License-Identifier: MIT
// No heads.
//
// expected: OnlineHeads: there must be at least one head
#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
#ifdef BROKEN
using Heads = OnlineHeads<Rule, 0>;
#else
using Heads = OnlineHeads<Rule, 2>;
#endif
static_assert(identical_on_streams<Heads, 3>(forms::sequence, forms::sequence));
