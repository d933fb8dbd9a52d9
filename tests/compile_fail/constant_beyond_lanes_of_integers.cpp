// SPDX-License-Identifier: MIT
// 5,000,000,000 in lanes of 32 bits, where it would be 705,032,704.
//
// expected: lanes of integers do not hold this exact constant, and would hold another one
// expected: 5000000000
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Tokens = Lanes<std::int32_t, 8>;
#else
using Tokens = Lanes<std::int64_t, 8>;
#endif

Tokens all() {
    return 5'000'000'000_exact;
}
