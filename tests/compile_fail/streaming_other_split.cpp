// SPDX-License-Identifier: MIT
// A streaming context of 1 input and 2 outputs, with a model that was made for 2 inputs and 1 output.
//
// expected: split them into other numbers of inputs and outputs
// expected: these_layers_split_their_tokens_differently<incontext::Split<1, 2>, incontext::Split<2, 1>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
using Model = LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>;
#ifdef BROKEN
constexpr Dimensions of_stream{.input = 1, .output = 2, .context = 4};
#else
constexpr Dimensions of_stream = sizes;
#endif

auto count(StreamingContext<of_stream, Model const> const& context) {
    return context.count();
}
