// SPDX-License-Identifier: MIT
/// @file
/// The step that a layer of two opposite softmax heads comes to where its scores are small.
///
///     prediction = (eta/N)  sum over i of  y_i (x_i - mean x)^T x_q
///
/// It is a step of gradient descent from W0 = 0 on inputs without their mean. The query keeps its own.
#pragma once

#include "common/paper_setting.hpp"
#include "incontext/token/prompt.hpp"

namespace reproduce {

/// The centred step as an update of tokens: (x; y) <- (x; y - (eta/N) Y (X - mean)^T x).
struct CentredStep {
    static constexpr incontext::Dimensions dimensions = sizes;
    static constexpr bool is_affine_in_query = true;
    using Scalar = float;

    float learning_rate = 0;

    template <incontext::TokenShape Given, class Number>
    [[nodiscard]] incontext::Prompt<Given, Number> operator()(incontext::Prompt<Given, Number> const& prompt) const {
        auto const& C = prompt.context;
        Number const one_over_context(1.0f / Given.context);
        Number step[sizes.input];
        for (int row = 0; row < sizes.input; ++row) {
            Number mean(0);
            for (int token = 0; token < Given.context; ++token) {
                mean += C(row, token);
            }
            mean = one_over_context * mean;
            Number sum(0);
            for (int token = 0; token < Given.context; ++token) {
                sum += C(sizes.input, token) * (C(row, token) - mean);
            }
            step[row] = Number(learning_rate) * one_over_context * sum;
        }
        incontext::Prompt<Given, Number> result = prompt;
        auto const move = [&](auto& tokens, int count) {
            for (int token = 0; token < count; ++token) {
                for (int row = 0; row < sizes.input; ++row) {
                    tokens(sizes.input, token) = tokens(sizes.input, token) - step[row] * tokens(row, token);
                }
            }
        };
        move(result.context, Given.context);
        move(result.query, Given.query);
        return result;
    }
};

[[nodiscard]] inline CentredStep centred_step_of(double learning_rate) {
    return {.learning_rate = static_cast<float>(learning_rate)};
}

}  // namespace reproduce
