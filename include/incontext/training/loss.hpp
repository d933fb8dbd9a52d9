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
#include "incontext/training/target_readout.hpp"

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

/// The loss of one task (per lane) and, added to `gradient`, its derivative by the parameters of a layer or stack.
///
/// The last layer is read out by the targets of its query tokens alone. `weight` multiplies loss and derivative: 1 for a
/// task that counts, 0 for padding. Exactness: exact in the exact family. Cost: every layer forward and backward once.
/// Errors: none. Test: tests/static/backpropagation.cpp, tests/static/stack_backpropagation.cpp (against dual numbers).
template <Dimensions Sizes, class Model, class Number, class Gradient>
[[nodiscard]] constexpr Number add_loss_and_gradient(Model const& model, Prompt<Sizes.tokens(), Number> const& prompt,
                                                     Matrix<Number, Sizes.output, Sizes.query> const& target,
                                                     Number const& weight, Gradient& gradient) {
    Number loss(0);
    backpropagation::through_model(
        backpropagation::Wanted<false>{}, model, gradient, prompt,
        [&](auto wanted, auto const& last, auto const& before, auto& last_gradient) {
            auto const pass = target_pass<Sizes>(last, before);
            Matrix<Number, Sizes.output, Sizes.query> const predicted = -pass.result;
            loss = weight * task_loss<Sizes, Number>(predicted, target);
            // loss = 1/2 |-y_q - target|^2: its derivative by y_q is -(prediction - target); x_q does not enter.
            Matrix<Number, Sizes.output, Sizes.query> const residual = target - predicted;
            Matrix<Number, Sizes.output, Sizes.query> const cotangent = weight * residual;
            return backpropagation::pull_back_wanted(wanted, last, before, pass, cotangent, last_gradient);
        });
    return loss;
}

}  // namespace incontext
