// SPDX-License-Identifier: MIT
// A layer of lanes to be trained.
//
// expected: a training is of a layer of floats, which it runs on lanes by itself
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
#ifdef BROKEN
using Layer = LinearSelfAttention<sizes.tokens(), Lanes<float, 16>>;
#else
using Layer = LinearSelfAttention<sizes.tokens(), float>;
#endif

float trained(Workers& workers) {
    Layer layer{};
    return Training<sizes, Layer>(layer, {}, workers).step();
}
