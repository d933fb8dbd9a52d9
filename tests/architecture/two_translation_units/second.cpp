// SPDX-License-Identifier: MIT
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

auto layer_of_second(GradientStep<sizes, double> const& step) -> LinearSelfAttention<sizes.tokens(), double> {
    return as_attention(step);
}
