// SPDX-License-Identifier: MIT
// The law of a layer of floats: its two sides would differ by rounding.
//
// expected: the law of pullbacks is asked of a layer of Modular numbers
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
#ifdef BROKEN
using Number = float;
#else
using Number = Modular;
#endif

static_assert(laws::pullback_is_transpose_of_derivative<sizes, LinearSelfAttention<sizes.tokens(), Number>>);
