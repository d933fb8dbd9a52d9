// SPDX-License-Identifier: MIT
// The prompt is given before the layer.
//
// expected: an update comes first and a whole Prompt after it
// expected: an_update_is_asked_with_a_prompt<incontext::Prompt<
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto asked(Layer const& layer, PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return answer<QueryTokens>(prompt, layer);
#else
    return answer<QueryTokens>(layer, prompt);
#endif
}
