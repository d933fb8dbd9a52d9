// SPDX-License-Identifier: MIT
/// @file
/// A task, and what a distribution of tasks is: something that draws one from each key.
#pragma once

#include <concepts>
#include <limits>
#include <stdexcept>

#include "incontext/matrix/eigen.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/task/random.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

struct the_target_of_a_task;
struct the_weights_W_of_a_teacher;

/// One task per lane: the prompt with W0 = 0, and what its query tokens should have been given.
template <Dimensions Sizes, class Number>
struct Task {
    using Target = Placed<the_target_of_a_task, Number, Sizes.output, Sizes.query>;

    Prompt<Sizes.tokens(), Number> prompt;  // context (X; Y), query (Xq; 0)
    Target target;                          // W Xq
};

/// A distribution of tasks: draw<Sizes>(keys) is the task of each key, one per lane. LinearRegression, UnseenInputs and
/// NoisyTargets model it, and so may a struct of yours (tests/unit/least_squares.cpp has one).
///
/// A draw owes to be a pure function of its key, the same in whatever lane: every "same bits" of the library rests on it.
/// Test: tests/unit/task_distributions.cpp.
template <class Distribution, Dimensions Sizes, int Count>
concept TaskDistribution = requires(Distribution const& distribution, Keys<Count> const& keys) {
    { distribution.template draw<Sizes>(keys) } -> std::same_as<Task<Sizes, Lanes<float, Count>>>;
};

/// Test: tests/compile_fail/training_on_no_distribution.cpp, evaluation_on_no_distribution.cpp.
template <class Distribution, Dimensions Sizes, int Count>
struct a_distribution_draws_tasks {
    static_assert(TaskDistribution<Distribution, Sizes, Count>,
                  "a distribution of tasks is a struct with a const member template draw<Sizes>(keys), which returns "
                  "Task<Sizes, Lanes<float, count>> for Keys<count>, as task/noisy_targets.hpp has it; it stands in "
                  "this message, where another argument may be in its place");
    static constexpr bool value = true;
};

/// Whether a width from which numbers are drawn is one. Test: tests/unit/task_distributions.cpp.
[[nodiscard]] inline bool is_a_width(float width) {
    return width > 0 && width <= std::numeric_limits<float>::max();
}

/// What a distribution asks of the width from which it draws its inputs: below 0 all of them would be one constant.
/// Errors: throws std::invalid_argument where it is not above 0 and finite. Test: tests/unit/task_distributions.cpp.
inline void require_input_range(float range) {
    if (!is_a_width(range)) {
        fail<std::invalid_argument>("linear regression: the range of the inputs must be above 0 and finite");
    }
}

/// W [output x input], the weights of a teacher: scale times standard normal numbers, row by row.
///
/// Exactness: as `normal`, and one rounding. Cost: output * input / 2 blocks of threefry. Errors: none.
/// Test: tests/golden/reference_tasks.cpp.
template <Dimensions Sizes, int Count>
[[nodiscard]] Matrix<Lanes<float, Count>, Sizes.output, Sizes.input> drawn_teacher(Keys<Count> const& key,
                                                                                   float scale) {
    using Words = Lanes<std::uint32_t, Count>;
    constexpr int size = Sizes.output * Sizes.input;
    Words words[size];  // first all of them: `normal` is long, and would be compiled into every use
    for_each_random_word<size>(key, [&](int index, Words const& word) { words[index] = word; });
    Matrix<Lanes<float, Count>, Sizes.output, Sizes.input> W;
    for (int index = 0; index < size; ++index) {
        W(index / Sizes.input, index % Sizes.input) = Lanes<float, Count>(scale) * normal(words[index]);
    }
    return W;
}

/// Completes a task whose inputs are there: W x under every input of the context, 0 under those of the query tokens, whose
/// targets are W Xq.
///
/// In place, because a copy of a prompt costs as much as a third of drawing it. Exactness: one rounding per operation.
/// Cost: output * input * (context + query) multiplications. Errors: weights of another shape or number, and a const task, do
/// not compile. Test: tests/golden/reference_tasks.cpp, tests/compile_fail/weights_of_another_teacher.cpp.
template <Dimensions Sizes, class Number, class Weights>
void set_targets(Weights const& weights, Task<Sizes, Number>& task) {
    Matrix<Number, Sizes.output, Sizes.input> const& W =
        fitting<the_weights_W_of_a_teacher, Number, Sizes.output, Sizes.input>(weights);
    auto const taught = [&](auto const& tokens, int o, int token) {
        Number y = W(o, 0) * tokens(0, token);
        for (int i = 1; i < Sizes.input; ++i) {
            y += W(o, i) * tokens(i, token);
        }
        return y;
    };
    for (int o = 0; o < Sizes.output; ++o) {
        for (int token = 0; token < Sizes.context; ++token) {
            task.prompt.context(Sizes.input + o, token) = taught(task.prompt.context, o, token);
        }
        for (int token = 0; token < Sizes.query; ++token) {
            task.target(o, token) = taught(task.prompt.query, o, token);
            task.prompt.query(Sizes.input + o, token) = Number(0);
        }
    }
}

/// A task that is const is not changed: one sentence.
template <Dimensions Sizes, class Number, class Weights>
auto set_targets(Weights const&, Task<Sizes, Number> const&) {
    require_changeable<Task<Sizes, Number> const>();
}

/// Test: tests/compile_fail/initialise_without_a_seed.cpp, training_without_workers.cpp, evaluation_of_temporary_workers.cpp.
template <class... Arguments>
struct a_training_is_set_up_so {
    static_assert(never<Arguments...>,
                  "a layer is trained and evaluated by initialise(layer, seed), Training<sizes, Layer> training(layer, "
                  "options, workers), "
                  "add_loss_and_gradient<sizes>(layer, prompt, target, weight, gradient) and Evaluation<sizes> "
                  "evaluation(workers): what is initialised, a gradient and workers are variables that are not const, "
                  "and a distribution of "
                  "tasks, if one is named, follows the workers");

    template <class Wanted>
    operator Wanted&() const;  // so that no other error follows
};

/// Of a Training or an Evaluation without sizes: one sentence.
template <class... Arguments>
struct SizesAreLeftOut : a_training_is_set_up_so<Arguments...> {
    static constexpr Dimensions value{.input = 1, .output = 1, .context = 1};
};

}  // namespace incontext
