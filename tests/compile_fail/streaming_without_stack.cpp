// SPDX-License-Identifier: MIT
// A streaming context of a layer that is no stack.
//
// expected: a streaming context needs a stack of linear attention layers: of one layer, make looped<1>(layer)
#include "incontext/streaming/streaming_context.hpp"
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

#ifdef BROKEN
using Model = Layer;
#else
using Model = LoopedStack<Layer, 1>;
#endif

auto count(StreamingContext<sizes, Model> const& context) {
    return context.count();
}
