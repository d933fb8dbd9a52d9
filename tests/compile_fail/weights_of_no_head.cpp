// SPDX-License-Identifier: MIT
// The weights of head 1 of a layer with one head, number 0.
//
// expected: the heads of a layer have the numbers 0, 1, ...
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
using Layer = SoftmaxAttention<LinearSelfAttention<shape, Modular>>;

auto attended(Layer const& layer, Prompt<shape, Modular> const& prompt) {
#ifdef BROKEN
    return layer.weights<1>(prompt.context, prompt.query);
#else
    return layer.weights<0>(prompt.context, prompt.query);
#endif
}
