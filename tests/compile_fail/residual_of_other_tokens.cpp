// SPDX-License-Identifier: MIT
// A residual around an embedding: the tokens before and after it cannot be added.
//
// expected: this update makes tokens wider or narrower, and must not: a residual, a damping, a clip, a norm, a loop and targets that move alone put a layer's tokens beside or in the place of those that it was given
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
