// SPDX-License-Identifier: MIT
// A head of key_dim 3 of tokens of dimension 5, in the layout of torch.nn.MultiheadAttention.
//
// expected: in PyTorch's layout key_dim and value_dim of every head are token_dim divided by the number of heads
// expected: a_head_has_its_part_of_the_token<
#include "incontext/incontext.hpp"
#include "incontext/io/pytorch.hpp"

using namespace incontext;

inline constexpr TokenShape shape{.token_dim = 5, .context = 7};

#ifdef BROKEN
using Layer = LinearSelfAttention<shape, float, 3, 3>;
#else
using Layer = LinearSelfAttention<shape, float>;
#endif

std::vector<StoredArray> weights(Layer const& layer) {
    return pytorch_attention_arrays(layer);
}
