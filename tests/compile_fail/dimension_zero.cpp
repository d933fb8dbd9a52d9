// SPDX-License-Identifier: MIT
// A token dimension of zero.
//
// expected: every dimension must be at least 1: token_dim (or input, output), context and query
// expected: every_dimension_must_be_positive<0, 7, 1>
#include "incontext/matrix/exact.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/token/prompt.hpp"

using namespace incontext;

#ifdef BROKEN
Prompt<TokenShape{.token_dim = 0, .context = 7}, Modular> prompt{};
#else
Prompt<TokenShape{.token_dim = 5, .context = 7}, Modular> prompt{};
#endif
