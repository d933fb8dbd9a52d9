// SPDX-License-Identifier: MIT
// The norm of a pre-norm layer as a layer of its own.
//
// expected: TokenWise and the norm of Normalised are made of a map of tokens
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

using Attention = LinearSelfAttention<TokenShape{.token_dim = 3, .context = 4}, Modular>;
using Norm = LayerNorm<Modular, 3>;

#ifdef BROKEN
using Layer = Normalised<Attention, TokenWise<Norm>>;
#else
using Layer = Normalised<Attention, Norm>;
#endif

Layer layer{};
