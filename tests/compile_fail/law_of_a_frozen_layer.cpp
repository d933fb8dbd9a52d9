// SPDX-License-Identifier: MIT
// The law of pullbacks, asked of a layer that does not learn.
//
// expected: the law is false of a frozen layer, and of a model with one, by their nature
#include "incontext/theorem_nonlinear.hpp"
#include "incontext/equivalence/pullback_law.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
using Attention = LinearSelfAttention<sizes.tokens(), Modular>;

#ifdef BROKEN
using Layer = Frozen<Attention>;
#else
using Layer = Attention;
#endif

static_assert(laws::pullback_is_transpose_of_derivative<sizes, Layer>);
