// SPDX-License-Identifier: MIT
// One step of training on 2048 fresh tasks, whole and in parts.
//
//   work        training_step_1_layer           draw tasks, loss and gradient in lanes, sum, clip, Adam
//               training_step_5_layers          the same of five layers of their own
//               training_step_5_layers_clipped  and with tokens cut at +-10 after each, as in the paper's experiment
//               draw_tasks                      what is drawn
//               ..._of_16_bits                  the same of SixteenBitInputs, which draws half as many bits
//               loss_and_gradient_1_layer       of tasks that are given
//               update                          clipping by the global norm and Adam
//               pool                            handing 16 empty chunks to two threads, and waiting for them
//   compare     tasks/s; GFlop/s count the multiplications and additions of the formulation that is timed
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began, on as many threads.
//               A step counts those of its loss and gradient alone: random bits are no flops, but take their time.
//   x floor     the time beside that of the same multiply-adds at the peak and the same random words by the bare generator
//
// Before anything is timed, loss and gradient are compared with those in double, task by task: the norm of the difference
// must be at most 1e-4 of the norm of the gradient. Some hundreds of roundings of 6e-8 follow each other on any way, while
// one wrong task of 2048 would show as 2e-2.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "given.hpp"
#include "library_layer.hpp"
#include "measure.hpp"
#include "words.hpp"

namespace {

using namespace bench;

constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};
constexpr TokenShape shape = sizes.tokens();

using Layer = LinearSelfAttention<shape, float>;
using Cut = Clipped<Layer, 10>;
using FiveLayers = LayerStack<Layer, Layer, Layer, Layer, Layer>;
using FiveCutLayers = LayerStack<Cut, Cut, Cut, Cut, Cut>;
using TrainingFloats = Lanes<float, tasks_at_once>;

// ------------------------------------------------------------------------------------------------- counts of work ----

constexpr double T = shape.token_dim;
constexpr double N = shape.context;
constexpr double O = sizes.output;

/// With merged projections: forward W_KQ q, C (C^T k), W_y g; backward W_y^T y_, C (C^T b), and two outer products.
constexpr double of_forward = 2 * (T * T + 2 * T * N + T * O);
constexpr double of_gradient = of_forward + 2 * (2 * T * O + 2 * T * N + T * T);

/// Layers for all tokens by F = A (C C^T) B, and back through them; of the first not to its prompt.
constexpr double of_whole_layer = 2 * (T * (T + 1) / 2 * N + 2 * T * T * T + T * T * (N + 1));
constexpr double of_whole_layer_back = 2 * (4 * T * T * T + T * T * (3 * N + 2));
constexpr double of_first_layer_back = 2 * (3 * T * T * T + T * T * (N + 1));

/// Five clipped layers: four for all tokens. Without clips the last two are run at once, there and back.
constexpr double of_five_clipped_gradient =
    4 * of_whole_layer + 3 * of_whole_layer_back + of_first_layer_back + of_gradient + 2 * (T * T + 2 * T * N);
constexpr double of_last_two = 2 * (21 * T * T + 24 * T * N + 3 * T * O);
constexpr double of_five_gradient = 3 * of_whole_layer + 2 * of_whole_layer_back + of_first_layer_back + of_last_two;

/// Random words of a task, two from a block of threefry: its key from the step's takes two blocks, and the draw 65.
constexpr double words_per_task = words_of_a_key + words_of_linear_regression<sizes>;
constexpr double words_per_sixteen_bit_task = words_of_a_key + words_of_sixteen_bit_inputs<sizes>;

// -------------------------------------------------------------------------------------------------- tasks, models ----

using Drawn = Task<sizes, TrainingFloats>;

/// A pack of tasks of the first batch of a training with seed 0; `first`: the index of its first task.
template <class Distribution = LinearRegression>
Drawn drawn_pack(int pack, std::uint32_t first = 0) {
    auto const step_key = folded_in(folded_in(key_of_seed<tasks_at_once>(0), training_stream), 0);
    auto const index = PackOfTasks<tasks_at_once>(pack, batch).index + Lanes<std::uint32_t, tasks_at_once>(first);
    return Distribution().template draw<sizes>(split_key(step_key, batch, index));
}

template <class Distribution = LinearRegression>
std::vector<Drawn> drawn_tasks() {
    std::vector<Drawn> packs(batch / tasks_at_once);
    for (int pack = 0; pack < batch / tasks_at_once; ++pack) {
        renew(packs[static_cast<std::size_t>(pack)], [&] { return drawn_pack<Distribution>(pack); });
    }
    return packs;
}

/// The parameters that training begins with.
template <class Model>
Model initial() {
    Model model;
    initialise(model, 0);
    return model;
}

// --------------------------------------------------------------------------------------------- loss and gradient ----

/// The library's mean loss of the tasks and, in `gradient`, its derivative, summed as Training sums them. The one place
/// here that knows how a model is pulled back.
template <class Model>
float mean_loss_and_gradient(Model const& model, std::vector<Drawn> const& tasks, Model& gradient) {
    auto const form = chosen_form(model);
    typename FastForm<Model>::template with_number<TrainingFloats> sum;
    set_zero(sum);
    TrainingFloats loss(0);
    for (auto const& [prompt, target] : tasks) {
        loss += add_loss_and_gradient<sizes>(form, prompt, target, TrainingFloats(1), sum);
    }
    auto const mean = [](TrainingFloats const& of_tasks) { return sum_of_lanes(of_tasks) / batch; };
    set_zero(gradient);
    pull_back_form(model, converted<float>(sum, mean), gradient);
    return mean(loss);
}

/// Ends the program unless these are loss and gradient of the model that training begins with, on the first batch.
template <class Distribution = LinearRegression, class Model>
void check(std::string const& name, float loss, Model const& gradient) {
    auto const in_double = [](float number) { return static_cast<double>(number); };
    auto const model = converted<double>(initial<Model>(), in_double);
    typename Model::template with_number<double> expected;
    set_zero(expected);
    double expected_loss = 0;
    for (auto const& [prompt, target] : drawn_tasks<Distribution>()) {
        for (int lane = 0; lane < tasks_at_once; ++lane) {
            auto const of_task = [=](TrainingFloats const& number) { return static_cast<double>(number[lane]); };
            expected_loss += add_loss_and_gradient<sizes>(model, converted<double>(prompt, of_task),
                                                          converted<double>(target, of_task), 1.0, expected);
        }
    }
    double difference = 0;
    double norm = 0;
    for_each_parameter(
        [&](char const*, auto const& actual, auto const& sum) {
            difference += (actual.template cast<double>() - sum / batch).squaredNorm();
            norm += (sum / batch).squaredNorm();
        },
        gradient, expected);
    require(std::sqrt(difference) <= 1e-4 * std::sqrt(norm),  // false for NaN
            name + ": the gradient is " + text(std::sqrt(difference / norm)) + " of its norm off its value in double");
    require(std::abs(static_cast<double>(loss) - expected_loss / batch) <= 1e-4 * expected_loss / batch,
            name + ": the loss is " + text(static_cast<double>(loss)) + " instead of " + text(expected_loss / batch));
}

// ----------------------------------------------------------------------------------------------------- benchmarks ----

template <class Distribution>
void draw_tasks(benchmark::State& state, std::string const& /*name*/, double words_of_a_task) {
    std::uint32_t first = 0;
    time(state, {.tasks = batch, .words = batch * words_of_a_task}, [&] {
        benchmark::DoNotOptimize(first);
        for (int pack = 0; pack < batch / tasks_at_once; ++pack) {
            auto task = drawn_pack<Distribution>(pack, first);
            benchmark::DoNotOptimize(task);
        }
    });
}

template <class Model>
void loss_and_gradient(benchmark::State& state, std::string const& name, double flops_per_task) {
    auto const tasks = drawn_tasks();
    auto model = initial<Model>();
    Model gradient;
    float loss = 0;
    auto const body = [&] {
        benchmark::DoNotOptimize(tasks.data());
        benchmark::DoNotOptimize(model);
        loss = mean_loss_and_gradient(model, tasks, gradient);
        benchmark::DoNotOptimize(gradient);
    };
    body();
    check(name, loss, gradient);
    time(state,
         {.tasks = batch, .flops = batch * flops_per_task, .bytes = static_cast<double>(tasks.size() * sizeof(Drawn))},
         body);
}

/// Clipping by the global norm and Adam.
template <class Model>
void update(benchmark::State& state, std::string const& /*name*/) {
    TrainingOptions const options;
    Workers workers;
    Model gradient;
    static_cast<void>(Training<sizes, Model>(initial<Model>(), {.batch = batch}, workers).loss_and_gradient(gradient));
    auto model = initial<Model>();
    Model clipped;
    Adam<Model> adam(options.adam);
    time(state, {}, [&] {
        benchmark::DoNotOptimize(gradient);
        clipped = gradient;
        clip_by_global_norm(clipped, options.largest_gradient_norm);
        adam.update(model, clipped);
        benchmark::DoNotOptimize(model);
    });
}

template <class Model, class Distribution>
void training_step(benchmark::State& state, std::string const& name, int threads, double flops_per_task,
                   double words_of_a_task) {
    Workers workers(threads);
    Training<sizes, Model, Distribution> training(initial<Model>(), {.batch = batch, .seed = 0}, workers);
    Model gradient;
    float const loss = training.loss_and_gradient(gradient);
    check<Distribution>(name, loss, gradient);
    benchmark::DoNotOptimize(training);
    Work const work{
        .tasks = batch, .flops = batch * flops_per_task, .words = batch * words_of_a_task, .threads = threads};
    time(state, work, [&] {
        float loss_of_step = training.step();
        benchmark::DoNotOptimize(loss_of_step);
    });
}

/// In real time, which is what a second thread saves.
template <class Model, class Distribution = LinearRegression>
void add_training_step(std::string const& work, double flops, double words = words_per_task) {
    auto* const step = training_step<Model, Distribution>;
    add(work, "incontext_lanes", batch, step, 1, flops, words)->UseRealTime();
    add(work, "incontext_lanes_2_threads", batch, step, 2, flops, words)->UseRealTime();
}

void pool(benchmark::State& state, std::string const& /*name*/) {
    Workers workers(2);
    time(state, {}, [&] { workers.for_each_chunk(16, [](int chunk) { benchmark::DoNotOptimize(chunk); }); });
}

}  // namespace

int main(int argc, char** argv) {
    add_training_step<Layer>("training_step_1_layer", of_gradient);
    add_training_step<FiveLayers>("training_step_5_layers", of_five_gradient);
    add_training_step<FiveCutLayers>("training_step_5_layers_clipped", of_five_clipped_gradient);
    add_training_step<Layer, SixteenBitInputs>("training_step_1_layer_of_16_bits", of_gradient,
                                               words_per_sixteen_bit_task);
    add("draw_tasks", "incontext_lanes", batch, draw_tasks<LinearRegression>, words_per_task);
    add("draw_tasks_of_16_bits", "incontext_lanes", batch, draw_tasks<SixteenBitInputs>, words_per_sixteen_bit_task);
    add("loss_and_gradient_1_layer", "incontext_lanes", batch, loss_and_gradient<Layer>, of_gradient);
    add("update", "incontext_lanes", batch, update<Layer>);
    add("pool", "incontext_2_threads", 16, pool)->UseRealTime();
    return bench::run(argc, argv);
}
