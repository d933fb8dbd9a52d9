// SPDX-License-Identifier: MIT
// Two updates are compared, and the prompt stands before them.
//
// expected: an update comes first and a whole Prompt after it
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Step = GradientStep<sizes, float>;

auto compared(Step const& step, PromptOf<sizes, float> const& prompt) {
#ifdef BROKEN
    return agree(prompt, step, as_attention(step));
#else
    return agree(step, as_attention(step), prompt);
#endif
}
