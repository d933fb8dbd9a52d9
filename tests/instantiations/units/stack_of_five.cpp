// SPDX-License-Identifier: MIT
// Five untied layers, sixteen prompts at once.
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 11, .context = 10};
using Floats = Lanes<float, 16>;
using Layer = LinearSelfAttention<shape, float>;
using Stack = LayerStack<Layer, Layer, Layer, Layer, Layer>;

Prompt<shape, Floats> after_five_layers(Stack const& stack, Prompt<shape, Floats> const& prompt) {
    return stack(prompt);
}
