// SPDX-License-Identifier: MIT
// A token that is said to be input alone: a prediction would have no rows.
//
// expected: a token is an input above an output, each of at least one row
// expected: a_token_is_input_above_output<incontext::Split<3, 0>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int input = 3;
#else
constexpr int input = 2;
#endif

Prompt<TokenShape{.token_dim = 3, .context = 4, .query = 1, .input = input}, Modular> prompt{};
