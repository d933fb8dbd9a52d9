// SPDX-License-Identifier: MIT
// The predictions after each layer of one layer.
//
// expected: a trace and losses by depth ask for the prediction after each layer of a LayerStack or LoopedStack
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto traced(Layer const& layer, PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return trace<sizes>(layer, prompt);
#else
    return trace<sizes>(looped<1>(layer), prompt);
#endif
}
