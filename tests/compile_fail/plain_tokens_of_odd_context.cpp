// SPDX-License-Identifier: MIT
// Each example is two plain tokens: an odd context has half an example.
//
// expected: a context of plain tokens holds an input and a target for every example, an even number
#include "incontext/task/plain_tokens.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int context = 21;
#else
constexpr int context = 20;
#endif
auto drawn(Keys<16> const& keys) {
    return PlainTokens{}.draw<Dimensions{.input = 9, .output = 1, .context = context}>(keys);
}
