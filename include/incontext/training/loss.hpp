// SPDX-License-Identifier: MIT
/// @file
/// What training minimises: half the mean squared error of the query's prediction.
///
///     loss = 1/2 mean over tasks of |prediction - target|^2
///
/// The training loss as the paper prints it has no 1/2; its code has, and all its numbers fit that.
#pragma once

#include "incontext/plan/query_readout.hpp"
#include "incontext/task/linear_regression.hpp"
#include "incontext/training/backpropagation.hpp"
#include "incontext/training/stack_backpropagation.hpp"

namespace incontext {

/// 1/2 |prediction - target|^2 of one task (per lane), summed over outputs and query tokens.
///
/// Exactness: that of Number. Test: tests/static/backpropagation.cpp.
template <Dimensions Sizes, class Number>
[[nodiscard]] constexpr Number task_loss(Matrix<Number, Sizes.output, Sizes.query> const& prediction,
                                         Matrix<Number, Sizes.output, Sizes.query> const& target) {
    Number sum(0);
    for (int col = 0; col < Sizes.query; ++col) {
        for (int row = 0; row < Sizes.output; ++row) {
            Number const error = prediction(row, col) - target(row, col);
            sum += error * error;
        }
    }
    return Number(1) / Number(2) * sum;
}

/// The loss of one task (per lane) and, added to `gradient`, its derivative by the layer's parameters.
///
/// Uses the query-only read-out. `weight` multiplies loss and derivative: 1 for a task that counts, 0 for padding.
/// Exactness: exact in the exact family. Cost: G, and about 17 token_dim^2 multiplications. Errors: none.
/// Test: tests/static/backpropagation.cpp (against dual numbers).
template <Dimensions Sizes, class Layer, class Number, class Gradient>
    requires(!AnyStack<Layer>)
[[nodiscard]] constexpr Number add_loss_and_gradient(Layer const& layer, Prompt<Sizes.tokens(), Number> const& prompt,
                                                     Matrix<Number, Sizes.output, Sizes.query> const& target,
                                                     Number const& weight, Gradient& gradient) {
    auto const G = gram(prompt.context);
    using Tokens = Matrix<Number, Sizes.tokens().token_dim, Sizes.query>;
    Tokens const q = prompt.query;
    Matrix<Number, Sizes.output, Sizes.query> const predicted = -targets<Sizes>(updated_query(layer, G, q));
    // loss = 1/2 |-y_q - target|^2, so its derivative by y_q is -(prediction - target); x_q does not enter.
    Matrix<Number, Sizes.output, Sizes.query> const residual = target - predicted;
    Tokens const cotangent = above(zero<Number, Sizes.input, Sizes.query>(), weight * residual);
    pull_back_query(layer, G, q, cotangent, gradient);
    return weight * task_loss<Sizes, Number>(predicted, target);
}

/// The same for a stack of layers, of which the last is read out by its query tokens alone.
///
/// Cost: every layer but the last forward twice and backward once. Test: tests/static/stack_backpropagation.cpp.
template <Dimensions Sizes, AnyStack Stack, class Number, class Gradient>
[[nodiscard]] constexpr Number add_loss_and_gradient(Stack const& stack, Prompt<Sizes.tokens(), Number> const& prompt,
                                                     Matrix<Number, Sizes.output, Sizes.query> const& target,
                                                     Number const& weight, Gradient& gradient) {
    Matrix<Number, Sizes.output, Sizes.query> const predicted = -targets<Sizes>(updated_query(stack, prompt));
    Matrix<Number, Sizes.output, Sizes.query> const residual = target - predicted;
    static_cast<void>(pull_back_readout(
        stack, prompt, above(zero<Number, Sizes.input, Sizes.query>(), weight * residual), gradient));
    return weight * task_loss<Sizes, Number>(predicted, target);
}

}  // namespace incontext
