// SPDX-License-Identifier: MIT
// A gradient in the layer's numbers, where the prompt holds lanes of them.
//
// expected: the gradient of an update is Update::with_number<Number>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
using Layer = LinearSelfAttention<shape, float>;
using Tokens = Prompt<shape, Lanes<float, 16>>;
#ifdef BROKEN
using Gradient = Layer;
#else
using Gradient = Layer::with_number<Lanes<float, 16>>;
#endif

Tokens by_prompt(Layer const& layer, Tokens const& prompt, Tokens const& cotangent, Gradient& gradient) {
    return pull_back(layer, prompt, cotangent, gradient);
}
