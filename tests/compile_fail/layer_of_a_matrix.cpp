// SPDX-License-Identifier: MIT
// A layer is applied to the context of a prompt.
//
// expected: an update comes first and a whole Prompt after it
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto updated(Layer const& layer, PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return layer(prompt.context);
#else
    return layer(prompt).context;
#endif
}
