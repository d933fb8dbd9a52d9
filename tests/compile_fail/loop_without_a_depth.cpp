// SPDX-License-Identifier: MIT
// The depth of a loop is an argument.
//
// expected: a layer is built around others by looped<depth>(layer)
// expected: a_layer_is_built_around_others_so<incontext::LinearSelfAttention<
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto twice(Layer const& layer) {
#ifdef BROKEN
    return looped(layer, 2);
#else
    return looped<2>(layer);
#endif
}
