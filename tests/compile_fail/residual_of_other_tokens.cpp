// SPDX-License-Identifier: MIT
// A residual around an embedding: the tokens before and after it cannot be added.
//
// expected: a residual adds a layer's tokens to those that it was given, so it must not make them wider or narrower: compare {token_dim, context, query, input} before and after the layer in this message
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int features = 40;
#else
constexpr int features = 3;
#endif
auto embedded(Residual<TokenWise<Linear<Modular, 3, features>>> const& layer,
              Prompt<TokenShape{.token_dim = 3, .context = 4}, Modular> const& prompt) {
    return layer(prompt);
}
