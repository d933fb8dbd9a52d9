// SPDX-License-Identifier: MIT
// A stack made of no layers.
//
// expected: a stack holds at least one layer
#include "incontext/theorem.hpp"

using namespace incontext;

using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular>;

auto made([[maybe_unused]] Layer const& layer) {
#ifdef BROKEN
    return stacked();
#else
    return stacked(layer);
#endif
}
