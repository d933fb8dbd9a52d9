// SPDX-License-Identifier: MIT
// The law of a stream without tokens says nothing.
//
// expected: a chunk, or a tree, has at least one token
#include "incontext/online.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int tokens = 0;
#else
constexpr int tokens = 3;
#endif

static_assert(laws::stream_pullback_is_transpose_of_derivative<
              DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, tokens>(forms::sequence));
