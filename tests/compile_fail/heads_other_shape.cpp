// SPDX-License-Identifier: MIT
// Two heads of one layer, made for contexts of different length.
//
// expected: the heads of one layer must have the same token shape
#include "incontext/theorem.hpp"

using namespace incontext;
using Head = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular>;

#ifdef BROKEN
using OtherHead = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 8}, Modular>;
#else
using OtherHead = Head;
#endif

auto layer(Head const& first, OtherHead const& second) {
    return heads(first, second);
}
