// SPDX-License-Identifier: MIT
// A layer of attention, token by token.
//
// expected: TokenWise and the norm of Normalised are made of a map of tokens
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
using Attention = LinearSelfAttention<shape, Modular>;

#ifdef BROKEN
using Layer = TokenWise<Attention>;
#else
using Layer = Attention;
#endif

auto answered(Layer const& layer, Prompt<shape, Modular> const& prompt) {
    return layer(prompt);
}
