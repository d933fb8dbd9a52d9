// SPDX-License-Identifier: MIT
// A layer applied zero times.
//
// expected: a looped stack applies its layer at least once
#include "incontext/theorem.hpp"

using namespace incontext;
using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular>;

#ifdef BROKEN
constexpr int depth = 0;
#else
constexpr int depth = 2;
#endif

auto stack(Layer const& layer) {
    return looped<depth>(layer);
}
