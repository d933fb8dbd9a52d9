// SPDX-License-Identifier: MIT
/// @file
/// A task, and what a distribution of tasks is: something that draws one from each key.
#pragma once

#include <concepts>

#include "incontext/matrix/eigen.hpp"
#include "incontext/task/random.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

struct the_target_of_a_task;

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
/// Cost: output * input * (context + query) multiplications. Errors: none. Test: tests/golden/reference_tasks.cpp.
template <Dimensions Sizes, class Number>
void set_targets(Matrix<Number, Sizes.output, Sizes.input> const& W, Task<Sizes, Number>& task) {
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

}  // namespace incontext
