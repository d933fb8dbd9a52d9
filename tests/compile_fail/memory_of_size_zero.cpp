// SPDX-License-Identifier: MIT
// A memory without values.
//
// expected: every size of a memory must be at least 1: key_dim, value_dim and queries are listed in this message in that order
// expected: every_size_of_a_memory_must_be_positive<3, 0, 1>
#include "incontext/online.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 0};
#else
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
#endif

using OfTheRule = DeltaRule<shape, Modular>::Answer;
static_assert(sizeof(OfTheRule) > 0);
