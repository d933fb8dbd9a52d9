// SPDX-License-Identifier: MIT
// Lanes that are wider than the registers, drawn and evaluated: the compiler has nothing to remark on how they are passed.
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/task/linear_regression.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

float query_of_drawn_task(LinearSelfAttention<sizes.tokens(), float> const& layer) {
    auto const task = LinearRegression{}.draw<sizes>(key_of_seed<16>(1));
    return sum_of_lanes(layer(task.prompt).query(2, 0));
}
