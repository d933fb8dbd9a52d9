// SPDX-License-Identifier: MIT
// A layer that has two heads as one head of another.
//
// expected: every head of a layer is a LinearSelfAttention
#include "incontext/theorem.hpp"

using namespace incontext;
using Head = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular>;

auto layer(MultiHeadAttention<Head, Head> const& two, Head const& third) {
#ifdef BROKEN
    return heads(two, third);
#else
    return heads(two.heads[0], two.heads[1], third);
#endif
}
