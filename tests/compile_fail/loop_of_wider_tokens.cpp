// SPDX-License-Identifier: MIT
// A loop around an embedding: its second round would be given wider tokens than its first.
//
// expected: this update makes tokens wider or narrower, and must not
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int features = 40;
#else
constexpr int features = 3;
#endif
auto embedded(LoopedStack<TokenWise<Linear<Modular, 3, features>>, 2> const& layer,
              Prompt<TokenShape{.token_dim = 3, .context = 4}, Modular> const& prompt) {
    return layer(prompt);
}
