// SPDX-License-Identifier: MIT
// Weights are written, and nobody says whether rows are outputs or inputs.
//
// expected: weights are written by arrays_of(layer, layout)
#include "incontext/incontext.hpp"
#include "incontext/io/arrays.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

auto arrays(Layer const& layer) {
#ifdef BROKEN
    return arrays_of(layer);
#else
    return arrays_of(layer, WeightLayout::output_by_input);
#endif
}
