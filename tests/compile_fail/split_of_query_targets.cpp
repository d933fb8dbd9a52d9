// SPDX-License-Identifier: MIT
// The targets of the query tokens are asked for as two outputs, of a layer that was made for one.
//
// expected: these tokens were made of another number of inputs and outputs
// expected: these_tokens_are_split_otherwise<incontext::Split<2, 1>, incontext::Split<1, 2>
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions made{.input = 2, .output = 1, .context = 4};
#ifdef BROKEN
constexpr Dimensions asked{.input = 1, .output = 2, .context = 4};
#else
constexpr Dimensions asked = made;
#endif

auto targets_after(GradientStep<made, Modular> const& step,
                   Prompt<TokenShape{.token_dim = 3, .context = 4}, Modular> const& prompt) {
    return answer<QueryTargets<asked>>(as_attention(step), prompt);
}
