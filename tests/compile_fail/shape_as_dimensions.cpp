// SPDX-License-Identifier: MIT
// A prediction is read by the shape of tokens, which does not say how they split.
//
// expected: Dimensions (input, output, context, query) and a TokenShape (token_dim, context, query) do not take each other's place
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

auto predicted(PromptOf<sizes, Modular> const& updated) {
#ifdef BROKEN
    return prediction<sizes.tokens()>(updated);
#else
    return prediction<sizes>(updated);
#endif
}
