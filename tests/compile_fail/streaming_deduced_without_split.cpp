// SPDX-License-Identifier: MIT
// A stream is deduced from a layer of a plain TokenShape: nobody said how many rows of its tokens are input.
//
// expected: StreamingContext context(model) reads its sizes from the model, and this one does not say how its tokens split: make it from Dimensions, give the initial weights W0 as well, or write StreamingContext<sizes, Model>
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
inline constexpr TokenShape shape{.token_dim = 5, .context = 7};
#else
inline constexpr TokenShape shape = Dimensions{.input = 3, .output = 2, .context = 7}.tokens();
#endif

auto observed(LinearSelfAttention<shape, float> const& layer) {
    StreamingContext context(looped<4>(layer));
    return context.count();
}
