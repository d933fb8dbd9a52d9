// SPDX-License-Identifier: MIT
// A constant where a layer is to be set to zero.
//
// expected: this function changes what it is given, which must not be const
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular> const;
#else
using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular>;
#endif

void forget(Layer& layer) {
    set_zero(layer);
}
