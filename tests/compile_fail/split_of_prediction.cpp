// SPDX-License-Identifier: MIT
// A prediction is read as two outputs from a prompt that was made of one.
//
// expected: these tokens were made of another number of inputs and outputs
// expected: these_tokens_are_split_otherwise<incontext::Split<2, 1>, incontext::Split<1, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions made{.input = 2, .output = 1, .context = 4};
#ifdef BROKEN
constexpr Dimensions read{.input = 1, .output = 2, .context = 4};
#else
constexpr Dimensions read = made;
#endif

auto predicted(LinearSelfAttention<TokenShape{.token_dim = 3, .context = 4}, Modular> const& layer,
               PromptOf<made, Modular> const& prompt) {
    return prediction<read>(layer(prompt));
}
