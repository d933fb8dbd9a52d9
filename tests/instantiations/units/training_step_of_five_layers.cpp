// SPDX-License-Identifier: MIT
// One step of training five untied layers: what grows with the depth.
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};
using Layer = LinearSelfAttention<sizes.tokens(), float>;
using Stack = LayerStack<Layer, Layer, Layer, Layer, Layer>;

float step(Training<sizes, Stack>& training) {
    return training.step();
}
