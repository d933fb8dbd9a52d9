// SPDX-License-Identifier: MIT
// A part that lets the outputs move alone, around a layer that was made for other outputs.
//
// expected: split them into other numbers of inputs and outputs
// expected: these_layers_split_their_tokens_differently<incontext::Split<1, 2>, incontext::Split<2, 1>
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
#ifdef BROKEN
constexpr Dimensions of_part{.input = 1, .output = 2, .context = 4};
#else
constexpr Dimensions of_part = sizes;
#endif

auto part(LinearSelfAttention<sizes.tokens(), Modular> const& layer) {
    return only_targets_move<of_part>(layer);
}
