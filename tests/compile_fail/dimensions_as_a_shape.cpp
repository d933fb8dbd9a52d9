// SPDX-License-Identifier: MIT
// A layer of attention is made of Dimensions.
//
// expected: Dimensions (input, output, context, query) and a TokenShape (token_dim, context, query) do not take each other's place
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

#ifdef BROKEN
LinearSelfAttention<sizes, Modular> layer{};
#else
LinearSelfAttention<sizes.tokens(), Modular> layer{};
#endif
