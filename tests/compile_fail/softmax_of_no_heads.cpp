// SPDX-License-Identifier: MIT
// A softmax around a layer that has no scores.
//
// expected: softmax attention takes its heads from a layer of linear attention: SoftmaxAttention<LinearSelfAttention<...>>, or that of a MultiHeadAttention or MergedAttention
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

#ifdef BROKEN
using Layer = TokenWise<Linear<Modular, 3, 3>>;
#else
using Layer = LinearSelfAttention<TokenShape{.token_dim = 3, .context = 4}, Modular>;
#endif
[[maybe_unused]] constexpr SoftmaxAttention<Layer> attention{};
