// SPDX-License-Identifier: MIT
// An embedding in a stack, without TokenWise.
//
// expected: a map of tokens is given a matrix whose columns are tokens
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
using Embedding = Linear<Modular, 3, 5>;
using Attention = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 4}, Modular>;

#ifdef BROKEN
using Model = LayerStack<Embedding, Attention>;
#else
using Model = LayerStack<TokenWise<Embedding>, Attention>;
#endif

auto answered(Model const& model, Prompt<shape, Modular> const& prompt) {
    return model(prompt);
}
