// SPDX-License-Identifier: MIT
// Targets that are asked of tokens of another dimension than input + output.
//
// expected: tokens have as many rows as input + output
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 4, .context = 7};
using Layer = LinearSelfAttention<shape, Modular>;
#ifdef BROKEN
constexpr Dimensions sizes{.input = 1, .output = 1, .context = 7};
#else
constexpr Dimensions sizes{.input = 3, .output = 1, .context = 7};
#endif

Matrix<Modular, 1, 1> targets_after(Layer const& layer, Prompt<shape, Modular> const& prompt) {
    return answer<QueryTargets<sizes>>(layer, prompt);
}
