// SPDX-License-Identifier: MIT
/// @file
/// What training minimises, and its derivative with respect to a model.
///
///     loss_ = prediction - target        a bar, written _: the derivative with respect to the prediction
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

#include "incontext/pass/pass.hpp"
#include "incontext/task/loss.hpp"
#include "incontext/task/task.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The largest pass that lives on the stack; a larger one (many layers of long contexts in lanes) lives on the heap.
inline constexpr std::size_t largest_pass_on_stack = std::size_t{1} << 20;

/// The loss of one task (per lane) and, added to `gradient`, its derivative with respect to the parameters of a model.
///
/// A model is any differentiable update. `weight` multiplies loss and derivative: 1 for a task that counts, 0 for padding. A weight of
/// 0 does not make a loss vanish that is not finite: 0 times it is NaN. PackOfTasks takes a task of the batch for padding.
/// Exactness: exact in the exact family. Cost: every layer forward and backward once, the last one for its targets alone.
/// Errors: a prompt of other Dimensions, a target of another shape do not compile. Test: tests/static/backpropagation.cpp (against dual numbers), tests/unit/large_contexts.cpp.
template <Dimensions Sizes, class Model, TokenShape Given, class Number, class Target, class Gradient>
[[nodiscard]] constexpr Number add_loss_and_gradient(Model const& model, Prompt<Given, Number> const& prompt,
                                                     Target const& target, std::type_identity_t<Number> const& weight,
                                                     Gradient& gradient) {
    require_prompt_of<Sizes, Given>();
    static_assert(a_layer_is_not_made_by_inheritance<Model>::value, "see the first error");
    require_place<the_target_of_a_task, Number, Sizes.output, Given.query, Target>();
    using Targets = Matrix<Number, Sizes.output, Given.query>;
    using Asked = TargetsOf<Model, Sizes>;
    using Pass = decltype(forward_pass<Asked>(model, prompt));
    auto const go_back = [&](Pass const& pass) {
        Targets const predicted = prediction_of(result_of(pass));
        // The derivative with respect to the prediction; prediction_of is its own transpose.
        Targets const cotangent = prediction_of(Targets(weight * Targets(predicted - target)));
        pull_back<Asked>(ParametersAlone{}, model, prompt, pass, cotangent, gradient);
        return weight * task_loss<Sizes, Number>(predicted, target);
    };
    if constexpr (sizeof(Pass) > largest_pass_on_stack) {
        auto const pass = std::unique_ptr<Pass const>(new Pass(forward_pass<Asked>(model, prompt)));
        return go_back(*pass);
    } else {
        auto const pass = forward_pass<Asked>(model, prompt);
        return go_back(pass);
    }
}

/// Without sizes or a weight, or in another order: one sentence.
template <auto... Values, class... Arguments>
    requires(sizeof...(Arguments) != 5 || begins_with_a_prompt<Arguments...>)
constexpr auto add_loss_and_gradient(Arguments const&...) {
    return a_training_is_set_up_so<Arguments...>();
}

}  // namespace incontext
