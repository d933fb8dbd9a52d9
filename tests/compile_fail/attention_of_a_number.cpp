// SPDX-License-Identifier: MIT
// A learning rate is to be made attention, without its step.
//
// expected: as_attention(step) makes a layer of linear attention
// expected: a_step_is_written_as_attention<float>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

auto layer() {
#ifdef BROKEN
    return as_attention(0.5f);
#else
    return as_attention(GradientStep<sizes, float>{0.5f, zero<float, 2, 3>()});
#endif
}
