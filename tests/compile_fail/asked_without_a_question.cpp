// SPDX-License-Identifier: MIT
// Nothing is asked of the layer.
//
// expected: an update comes first and a whole Prompt after it
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto asked(Layer const& layer, PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return answer(layer, prompt);
#else
    return answer<QueryTargets<sizes>>(layer, prompt);
#endif
}
