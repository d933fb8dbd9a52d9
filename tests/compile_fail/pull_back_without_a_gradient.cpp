// SPDX-License-Identifier: MIT
// A pullback has nowhere to add its derivative to.
//
// expected: an update comes first and a whole Prompt after it
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto pulled(Layer const& layer, PromptOf<sizes, Modular> const& prompt, [[maybe_unused]] Layer& gradient) {
#ifdef BROKEN
    return pull_back(layer, prompt, prompt);
#else
    return pull_back(layer, prompt, prompt, gradient);
#endif
}
