// SPDX-License-Identifier: MIT
// A pass is made for the context of a prompt.
//
// expected: an update comes first and a whole Prompt after it
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto pass(Layer const& layer, PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return forward_pass<AllTokens>(layer, prompt.context);
#else
    return forward_pass<AllTokens>(layer, prompt);
#endif
}
