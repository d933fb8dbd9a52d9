// SPDX-License-Identifier: MIT
/// @file
/// A step of training of any model on any tasks, timed, and its gradient checked before.
///
/// The gradient is held against the loss: along itself the loss must rise as fast as its square, within 2 %.
#pragma once

#include <cmath>
#include <string>

#include "incontext/incontext.hpp"
#include "measure.hpp"
#include "words.hpp"

namespace bench {

using namespace incontext;

inline constexpr int tasks_of_a_step = 2048;

/// Flops of loss and gradient of one task: the form is run on numbers that count.
template <Dimensions Sizes, class Model>
double flops() {
    using Form = FastForm<Model>;
    using Asked = TargetsOf<Form, Sizes>;
    return 2.0 * static_cast<double>(multiplications<Form, Sizes.tokens()>([](auto const& form, auto const& prompt) {
               auto const pass = forward_pass<Asked>(form, prompt);
               auto gradient = form;
               pull_back<Asked>(ParametersAlone{}, form, prompt, pass, result_of(pass), gradient);
           }));
}

template <Dimensions Sizes, class Model, class Distribution>
void step(benchmark::State& state, std::string const& name, int threads, float scale, double words_per_task,
          Distribution const& tasks) {
    Model model;
    initialise(model, 0, {.scale = scale});
    Workers workers(threads);
    TrainingOptions const options{.batch = tasks_of_a_step, .largest_gradient_norm = 10};
    Training<Sizes, Model, Distribution> training(model, options, workers, tasks);

    // The mean loss of the batch, theta + h g and theta - h g beside the gradient g at theta.
    Model gradient;
    static_cast<void>(training.loss_and_gradient(gradient));
    double square = 0;
    for_each_parameter([&](char const*, auto const& g) { square += static_cast<double>(g.squaredNorm()); }, gradient);
    auto const moved_loss = [&](double h) {
        Model moved = model;
        for_each_parameter([&](char const*, auto& at, auto const& g) { at += static_cast<float>(h) * g; }, moved,
                           gradient);
        Training<Sizes, Model, Distribution> at(moved, options, workers, tasks);
        Model unused;
        return static_cast<double>(at.loss_and_gradient(unused));
    };
    double const h = 0.01 / std::sqrt(square);
    double const slope = (moved_loss(h) - moved_loss(-h)) / (2 * h);
    require(std::abs(slope - square) <= 0.02 * square,
            name + ": the loss rises by " + text(slope) + " along its gradient, whose square is " + text(square));

    benchmark::DoNotOptimize(training);
    Work const work{.tasks = tasks_of_a_step,
                    .flops = tasks_of_a_step * flops<Sizes, Model>(),
                    .words = tasks_of_a_step * (words_of_a_key + words_per_task),
                    .threads = threads};
    time(state, work, [&] {
        float loss_of_step = training.step();
        benchmark::DoNotOptimize(loss_of_step);
    });
}

/// words_per_task: random words of a draw.
template <Dimensions Sizes, class Model, class Distribution>
void add_step(std::string const& work, float scale, double words_per_task, Distribution const& tasks) {
    auto const add_on = [&](std::string const& competitor, int threads) {
        add(work, competitor, tasks_of_a_step, step<Sizes, Model, Distribution>, threads, scale, words_per_task, tasks)
            ->UseRealTime();
    };
    add_on("incontext_lanes", 1);
    add_on("incontext_lanes_2_threads", 2);
}

}  // namespace bench
