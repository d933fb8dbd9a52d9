// SPDX-License-Identifier: MIT
// Heads of unlike key_dim: by the root of which are the scores divided?
//
// expected: softmax attention divides its scores by the root of key_dim: heads of unlike key_dim, and merged ones
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 11, .context = 10};
using Thin = LinearSelfAttention<shape, Modular, 5, 11>;
using Wide = LinearSelfAttention<shape, Modular, 11, 11>;
#ifdef BROKEN
using Layer = SoftmaxAttention<MultiHeadAttention<Thin, Wide>>;
#else
using Layer = SoftmaxAttention<MultiHeadAttention<Thin, Wide>, Exponential, 11>;
#endif
static_assert(Layer::head_count == 2);
