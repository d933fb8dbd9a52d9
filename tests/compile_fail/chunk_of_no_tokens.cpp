// SPDX-License-Identifier: MIT
// Chunks of no tokens.
//
// expected: a chunk, or a tree, has at least one token: its length stands in this message
// expected: a_chunk_has_tokens<0>
#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
#ifdef BROKEN
constexpr int length = 0;
#else
constexpr int length = 2;
#endif
static_assert(identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<length>));
