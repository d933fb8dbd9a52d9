// SPDX-License-Identifier: MIT
// A softmax of the merged form: by the root of which key_dim are its scores divided?
//
// expected: softmax attention divides its scores by the root of key_dim
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 11, .context = 10};
using Heads = LinearSelfAttention<shape, float, 11, 11>;

auto fast(Heads const& layer) {
#ifdef BROKEN
    return softmax_attention(fast_form(layer));
#else
    return fast_form(softmax_attention(layer));
#endif
}
