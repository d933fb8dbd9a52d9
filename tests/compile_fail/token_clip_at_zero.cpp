// SPDX-License-Identifier: MIT
// A token clip at 0: it would leave nothing of a token.
//
// expected: the limit of a token clip must be positive
#include "incontext/incontext.hpp"

using namespace incontext;
using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, float>;

#ifdef BROKEN
constexpr int limit = 0;
#else
constexpr int limit = 10;
#endif

Layer const& inner_layer(Clipped<Layer, limit> const& clipped) {
    return clipped.layer;
}
