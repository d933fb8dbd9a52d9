// SPDX-License-Identifier: MIT
#pragma once

#include <incontext/construction/proposition_1.hpp>
#include <incontext/matrix/eigen.hpp>

namespace parent {

/// The prediction of one step at rate 1 for y = 2 x, asked at x = 1.
inline float prediction() {
    using namespace incontext;
    constexpr Dimensions sizes{.input = 1, .output = 1, .context = 2};
    GradientStep<sizes, float> const step{.learning_rate = 1, .initial_weights = zero<float, 1, 1>()};
    auto const prompt = embed(Eigen::RowVector2f(1, -1), Eigen::RowVector2f(2, -2), Eigen::Matrix<float, 1, 1>(1));
    return incontext::prediction<sizes>(as_attention(step)(prompt))(0);
}

}  // namespace parent
