// SPDX-License-Identifier: MIT
// A streaming context of layers whose rates were made for contexts of another length.
//
// expected: another token dimension or context length than its Dimensions{input, output, context}
#include "incontext/streaming/streaming_context.hpp"
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

#ifdef BROKEN
constexpr int examples = 8;
#else
constexpr int examples = 7;
#endif

using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = examples}, Modular>;

auto count(StreamingContext<sizes, LayerStack<Layer, Layer>> const& context) {
    return context.count();
}
