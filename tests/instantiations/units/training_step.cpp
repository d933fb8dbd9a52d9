// SPDX-License-Identifier: MIT
// One step of training one layer: tasks, loss, gradient, clipping, Adam.
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};

float step(Training<sizes, LinearSelfAttention<sizes.tokens(), float>>& training) {
    return training.step();
}
