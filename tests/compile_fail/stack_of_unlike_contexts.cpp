// SPDX-License-Identifier: MIT
// The upper of two layers that answer at once is made for another number of examples.
//
// expected: a prompt has other dimensions than the layer it is given to
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 4, .output = 1, .context = 9};
using Lower = MergedAttention<sizes.tokens(), float>;
#ifdef BROKEN
using Upper = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 12}, float>;
#else
using Upper = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 9}, float>;
#endif

auto pass(LayerStack<Lower, Upper> const& stack, PromptOf<sizes, float> const& prompt) {
    return forward_pass<QueryTargets<sizes>>(stack, prompt);
}
