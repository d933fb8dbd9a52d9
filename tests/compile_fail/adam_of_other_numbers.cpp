// SPDX-License-Identifier: MIT
// A gradient in double for parameters in float.
//
// expected: Adam<Parameters> moves Parameters by a gradient of the same type
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
using Layer = LinearSelfAttention<shape, float>;
#ifdef BROKEN
using Gradient = Layer::with_number<double>;
#else
using Gradient = Layer;
#endif

void step(Adam<Layer>& adam, Layer& layer, Gradient const& gradient) {
    adam.update(layer, gradient);
}
