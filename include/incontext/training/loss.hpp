// SPDX-License-Identifier: MIT
/// @file
/// What training minimises, and its derivative with respect to a model.
///
///     loss_ = prediction - target        a bar, written _: the derivative with respect to the prediction
#pragma once

#include "incontext/pass/pass.hpp"
#include "incontext/task/loss.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The loss of one task (per lane) and, added to `gradient`, its derivative with respect to the parameters of a model.
///
/// A model is any differentiable update. `weight` multiplies loss and derivative: 1 for a task that counts, 0 for padding.
/// Exactness: exact in the exact family. Cost: every layer forward and backward once, the last one for its targets alone.
/// Errors: none. Test: tests/static/backpropagation.cpp (against dual numbers).
template <Dimensions Sizes, class Model, class Number, class Gradient>
[[nodiscard]] constexpr Number add_loss_and_gradient(Model const& model, Prompt<Sizes.tokens(), Number> const& prompt,
                                                     Matrix<Number, Sizes.output, Sizes.query> const& target,
                                                     Number const& weight, Gradient& gradient) {
    using Targets = Matrix<Number, Sizes.output, Sizes.query>;
    auto const pass = forward_pass<QueryTargets<Sizes>>(model, prompt);
    Targets const predicted = prediction_of(result_of(pass));
    // The derivative with respect to the prediction; prediction_of is its own transpose.
    Targets const cotangent = prediction_of(Targets(weight * Targets(predicted - target)));
    pull_back<QueryTargets<Sizes>>(ParametersAlone{}, model, prompt, pass, cotangent, gradient);
    return weight * task_loss<Sizes, Number>(predicted, target);
}

}  // namespace incontext
