// SPDX-License-Identifier: MIT
// The text stands behind the layer that it is read into.
//
// expected: parameters_from_text(text, parameters) reads a text
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

void load(Layer& layer, std::string const& text) {
#ifdef BROKEN
    parameters_from_text(layer, text);
#else
    parameters_from_text(text, layer);
#endif
}
