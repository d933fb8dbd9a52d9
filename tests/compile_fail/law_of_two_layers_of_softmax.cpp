// SPDX-License-Identifier: MIT
// The law of two layers of softmax attention. Their pullback is right; a sum of fractions is counted with a denominator per term,
// so that the degree that is counted is too large for a proof. The law is not false: no derivative is wrong.
//
// expected: the degree of these updates (the first number in this message) is above 2^30
// expected: laws::first_wrong_derivative<sizes, Layer>() == laws::everything says that no derivative is wrong
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4, .query = 2};
using Softmax = SoftmaxAttention<LinearSelfAttention<sizes.tokens(), Modular>>;

#ifdef BROKEN
static_assert(!laws::pullback_is_transpose_of_derivative<sizes, LayerStack<Softmax, Softmax>>);
#else
static_assert(laws::first_wrong_derivative<sizes, LayerStack<Softmax, Softmax>>() == laws::everything);
#endif
