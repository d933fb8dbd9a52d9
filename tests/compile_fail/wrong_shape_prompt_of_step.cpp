// SPDX-License-Identifier: MIT
// A gradient step applied to a prompt whose tokens have another dimension.
//
// expected: a prompt has other dimensions than the layer it is given to
// expected-gcc: a_prompt_has_other_dimensions_than_its_layer<incontext::TokenShape{4, 7, 1, 0}, incontext::TokenShape{5, 7, 1, 3}>
// expected-clang: a_prompt_has_other_dimensions_than_its_layer<{4, 7, 1, 0}, {5, 7, 1, 3}>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int token_dim = 4;
#else
constexpr int token_dim = 5;
#endif

auto updated(GradientStep<Dimensions{.input = 3, .output = 2, .context = 7}, Modular> const& step,
             Prompt<TokenShape{.token_dim = token_dim, .context = 7}, Modular> const& prompt) {
    return step(prompt);
}
