// SPDX-License-Identifier: MIT
// Two layers that see the same tokens, made for other numbers of inputs and outputs.
//
// expected: split them into other numbers of inputs and outputs
// expected: these_layers_split_their_tokens_differently<incontext::Split<2, 1>, incontext::Split<1, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
#ifdef BROKEN
constexpr Dimensions other{.input = 1, .output = 2, .context = 4};
#else
constexpr Dimensions other = sizes;
#endif

auto both(LinearSelfAttention<sizes.tokens(), Modular> const& first,
          LinearSelfAttention<other.tokens(), Modular> const& second) {
    return stacked(first, second);
}
