// SPDX-License-Identifier: MIT
/// @file
/// A step of training of any model on any tasks, timed, and its gradient checked before.
///
/// The gradient is held against the loss (check_gradient). Not compared: the tasks, the clip of the gradient and Adam, which are the
/// library's and have tests of their own (tests/unit/task_distributions.cpp, training.cpp, adam.cpp).
#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <set>
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

/// Ends the program unless the loss rises along a gradient as it says, by central differences, within 2 % and a few roundings of
/// the loss. Along the gradient itself its square is expected, also of one of which a part is missing; so the loss is moved along a
/// direction drawn at random in each matrix of the parameters alone, too. A part is not seen to be missing where the loss, in
/// float, hardly depends on its matrix: with random signs v and a step of .05, where |<g, v>| is below 5e-6 |v| of the loss.
template <class Model, class LossOf>
void check_gradient(std::string const& name, Model const& model, Model const& gradient, double loss,
                    LossOf const& loss_of) {
    auto const check = [&](std::string const& along, Model const& direction, double distance) {
        double square = 0;
        double expected = 0;
        for_each_parameter(
            [&](char const*, auto const& g, auto const& v) {
                square += v.template cast<double>().squaredNorm();
                expected += g.template cast<double>().cwiseProduct(v.template cast<double>()).sum();
            },
            gradient, direction);
        double const h = distance / std::sqrt(square);
        auto const moved_loss = [&](double by) {
            Model moved = model;
            for_each_parameter([&](char const*, auto& at, auto const& v) { at += static_cast<float>(by) * v; }, moved,
                               direction);
            return loss_of(moved);
        };
        double const slope = (moved_loss(h) - moved_loss(-h)) / (2 * h);
        constexpr double roundings = 4;
        double const rounded = roundings * std::numeric_limits<float>::epsilon() * loss / (2 * h);
        require(std::abs(slope - expected) <= 0.02 * std::abs(expected) + rounded,
                name + ": the loss rises by " + text(slope) + " along " + along + ", and its gradient says " +
                    text(expected));
    };
    check("its gradient", gradient, 0.01);

    std::mt19937 bits(1);
    int matrices = 0;
    for_each_parameter([&](char const*, auto const&) { ++matrices; }, model);
    for (int chosen = 0; chosen < matrices; ++chosen) {
        Model direction = model;
        int number = 0;
        std::string along;
        for_each_parameter(
            [&](char const* of, auto& v) {
                bool const is_chosen = number++ == chosen;
                along =
                    is_chosen ? "random signs in '" + std::string(of) + "', matrix " + std::to_string(chosen) : along;
                v = v.unaryExpr([&](float) { return !is_chosen ? 0.0f : bits() % 2 == 0 ? 1.0f : -1.0f; }).eval();
            },
            direction);
        check(along, direction, 0.05);
    }
}

template <Dimensions Sizes, class Model, class Distribution>
void step(benchmark::State& state, std::string const& name, int threads, float scale, double words_per_task,
          Distribution const& tasks) {
    Model model;
    initialise(model, 0, {.scale = scale});
    Workers workers(threads);
    TrainingOptions const options{.batch = tasks_of_a_step, .largest_gradient_norm = 10};
    Training<Sizes, Model, Distribution> training(model, options, workers, tasks);

    // Once, since every call of Google Benchmark comes here.
    static std::set<int> checked;
    if (checked.insert(threads).second) {
        Model gradient;
        double const loss = static_cast<double>(training.loss_and_gradient(gradient));
        check_gradient(name, model, gradient, loss, [&](Model const& moved) {
            Training<Sizes, Model, Distribution> at(moved, options, workers, tasks);
            Model unused;
            return static_cast<double>(at.loss_and_gradient(unused));
        });
    }

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
