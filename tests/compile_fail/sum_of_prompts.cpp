// SPDX-License-Identifier: MIT
// Two prompts are added.
//
// expected: a Prompt is no matrix and has no sum or product
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using APrompt = PromptOf<sizes, Modular>;

APrompt sum(APrompt const& a, APrompt const& b) {
#ifdef BROKEN
    return a + b;
#else
    return {.context = a.context + b.context, .query = a.query + b.query};
#endif
}
