// SPDX-License-Identifier: MIT
// A layer applied to a prompt with another context length: 1/N would be wrong, and nothing would say so.
//
// expected: a prompt has other dimensions than the layer it is given to
// expected-gcc: a_prompt_has_other_dimensions_than_its_layer<incontext::TokenShape{5, 8, 4, 0}, incontext::TokenShape{5, 7, 1, 0}>
// expected-clang: a_prompt_has_other_dimensions_than_its_layer<{5, 8, 4, 0}, {5, 7, 1, 0}>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int examples = 8;
#else
constexpr int examples = 7;
#endif

auto updated(LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular> const& layer,
             Prompt<TokenShape{.token_dim = 5, .context = examples, .query = 4}, Modular> const& prompt) {
    return layer(prompt);
}
