// SPDX-License-Identifier: MIT
// A damping without its factor.
//
// expected: a layer is built around others by looped<depth>(layer)
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto damped_layer(Layer const& layer) {
#ifdef BROKEN
    return damped(layer);
#else
    return damped(Modular(half), layer);
#endif
}
