// SPDX-License-Identifier: MIT
// A layer is filled with random numbers of no seed.
//
// expected: a layer is trained and evaluated by initialise(layer, seed)
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

void fill(Layer& layer) {
#ifdef BROKEN
    initialise(layer);
#else
    initialise(layer, 5);
#endif
}
