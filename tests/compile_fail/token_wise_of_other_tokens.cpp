// SPDX-License-Identifier: MIT
// An embedding is given tokens of another dimension than it was made for.
//
// expected: a token-wise map is given tokens of another dimension than it was made for: compare the token_dim of the prompt, then of the map, in this message
// expected: a_map_of_tokens_has_another_input_dimension<3, 2>
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int token_dim = 3;
#else
constexpr int token_dim = 2;
#endif
auto embedded(TokenWise<Linear<Modular, 2, 40>> const& embedding,
              Prompt<TokenShape{.token_dim = token_dim, .context = 4}, Modular> const& prompt) {
    return embedding(prompt);
}
