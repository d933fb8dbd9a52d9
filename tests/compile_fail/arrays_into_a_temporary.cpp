// SPDX-License-Identifier: MIT
// Weights are read into a temporary, which nobody keeps.
//
// expected: weights are written by arrays_of(layer, layout)
#include "incontext/incontext.hpp"
#include "incontext/io/arrays.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

Layer layer_of(std::vector<StoredArray> const& arrays) {
#ifdef BROKEN
    parameters_from_arrays(arrays, Layer{}, WeightLayout::output_by_input);
    return {};
#else
    Layer layer;
    parameters_from_arrays(arrays, layer, WeightLayout::output_by_input);
    return layer;
#endif
}
