// SPDX-License-Identifier: MIT
// One layer, sixteen prompts at once.
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 11, .context = 10};
using Floats = Lanes<float, 16>;

Prompt<shape, Floats> after_one_layer(LinearSelfAttention<shape, float> const& layer,
                                      Prompt<shape, Floats> const& prompt) {
    return layer(prompt);
}
