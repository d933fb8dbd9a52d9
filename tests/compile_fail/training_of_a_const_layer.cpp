// SPDX-License-Identifier: MIT
// The type of a constant, as decltype yields it, where a layer is to be trained.
//
// expected: a training changes its layer: its type must not be const
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
#ifdef BROKEN
using Layer = LinearSelfAttention<sizes.tokens(), float> const;
#else
using Layer = LinearSelfAttention<sizes.tokens(), float>;
#endif

long steps(Training<sizes, Layer> const& training) {
    return training.steps();
}
