// SPDX-License-Identifier: MIT
// The optimiser of a constant layer.
//
// expected: this function changes what it is given, which must not be const
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Layer = LinearSelfAttention<TokenShape{.token_dim = 3, .context = 4}, float> const;
#else
using Layer = LinearSelfAttention<TokenShape{.token_dim = 3, .context = 4}, float>;
#endif

long steps(Adam<Layer> const& adam) {
    return adam.steps();
}
