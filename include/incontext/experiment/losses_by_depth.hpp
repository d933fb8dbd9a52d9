// SPDX-License-Identifier: MIT
/// @file
/// The loss of a stack after every one of its layers, in one pass: is another layer still of use, or does it diverge?
///
///     losses[0]    of the prompt as it is: the prediction of W0
///     losses[k]    after the first k layers
#pragma once

#include <array>
#include <cstddef>

#include "incontext/experiment/evaluation.hpp"
#include "incontext/stack/stack.hpp"

namespace incontext {

/// 1/2 mean |prediction - target|^2 after 0, 1, ..., depth layers of a LayerStack or a LoopedStack.
///
/// Source: [vonOswald2023] Fig. 1 and 10. Exactness: float per task, means in double; losses[k] is that of the stack of the
/// first k layers by their definition, where Evaluation::loss may ask the last layer for less and round otherwise. A loss
/// too large for a float in one task is an infinite mean, and may be NaN further on. Cost: depth layers per task.
/// Errors: a single layer, and a stack whose tokens become wider or narrower, do not compile. Test: tests/unit/losses_by_depth.cpp.
template <Dimensions Sizes, class Stack>
[[nodiscard]] auto losses_by_depth(Evaluation<Sizes> const& evaluation, Stack const& stack)
    -> std::array<double, static_cast<std::size_t>(only_a_stack_is_asked_after_each_layer<Stack>::depth) + 1> {
    using Number = typename Evaluation<Sizes>::Number;
    constexpr int count = Stack::depth + 1;
    return evaluation.template mean<count>([&](auto const& task, std::array<Number, count>& losses) {
        auto loss = losses.begin();
        auto const see = [&](auto const& tokens) {
            *loss++ = task_loss<Sizes, Number>(prediction<Sizes>(tokens), task.target);
        };
        see(task.prompt);
        stack.for_each_depth(task.prompt, see);
    });
}

/// In another order: one sentence.
template <auto... Values, class... Arguments>
    requires(!(DerivesFromEvaluation<Arguments> || ...))
constexpr auto losses_by_depth(Arguments const&...) {
    return an_evaluation_comes_first<Arguments...>();
}

}  // namespace incontext
