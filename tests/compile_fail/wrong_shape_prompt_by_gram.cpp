// SPDX-License-Identifier: MIT
// A stack that is read out by its gram matrix, which would hide that the prompt has another context length.
//
// expected: a prompt has other dimensions than the layer it is given to
// expected-gcc: a_prompt_has_other_dimensions_than_its_layer<incontext::TokenShape{5, 80, 1, 0}, incontext::TokenShape{5, 70, 1, 0}>
// expected-clang: a_prompt_has_other_dimensions_than_its_layer<{5, 80, 1, 0}, {5, 70, 1, 0}>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int examples = 80;
#else
constexpr int examples = 70;
#endif

using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 70}, Modular>;

auto updated(LoopedStack<Layer, 3> const& stack,
             Prompt<TokenShape{.token_dim = 5, .context = examples, .query = 1}, Modular> const& prompt) {
    return answer<QueryTokens>(stack, prompt);
}
