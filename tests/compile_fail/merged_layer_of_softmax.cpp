// SPDX-License-Identifier: MIT
// The merged layer of a layer with a softmax.
//
// expected: merged_layer takes a layer of linear attention with its four projections
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
using Layer = LinearSelfAttention<shape, float>;

#ifdef BROKEN
auto merge(SoftmaxAttention<Layer> const& layer) {
#else
auto merge(Layer const& layer) {
#endif
    return merged_layer(layer);
}
