// SPDX-License-Identifier: MIT
// A streaming context is shown a whole prompt.
//
// expected: what learns from a stream is shown matrices: observe(x, y)
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Model = LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>;

Observation observed(StreamingContext<sizes, Model>& context, PromptOf<sizes, float> const& prompt) {
#ifdef BROKEN
    return context.observe_tokens(prompt);
#else
    return context.observe_tokens(prompt.context);
#endif
}
