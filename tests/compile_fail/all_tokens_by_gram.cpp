// SPDX-License-Identifier: MIT
// All tokens asked of the gram matrix, which has forgotten the tokens of the context.
//
// expected: scores and gram matrices answer for the query tokens
#include "incontext/theorem.hpp"

using namespace incontext;
constexpr TokenShape shape{.token_dim = 5, .context = 7};
using Layer = LinearSelfAttention<shape, Modular>;

#ifdef BROKEN
using Asked = AllTokens;
#else
using Asked = QueryTokens;
#endif

auto updated(LoopedStack<Layer, 3> const& stack, Prompt<shape, Modular> const& prompt) {
    return answer_by_gram<Asked>(stack, prompt);
}
