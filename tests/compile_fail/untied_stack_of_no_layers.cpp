// SPDX-License-Identifier: MIT
// An untied stack of zero layers.
//
// expected: a stack holds at least one layer
#include "incontext/theorem.hpp"

using namespace incontext;

using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular>;

#ifdef BROKEN
constexpr int depth = 0;
#else
constexpr int depth = 2;
#endif

UntiedStack<Layer, depth> stack{};
