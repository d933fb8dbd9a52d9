// SPDX-License-Identifier: MIT
// W3: one step of training on 2048 fresh tasks, of one layer and of five, whole and in parts.
//
//   work        training_step_<K>_layer(s)      draw tasks, loss and gradient in lanes, sum, clip, Adam
//               draw_tasks                      what is drawn
//               forward_<K>_layer(s)            predictions and loss of tasks that are given
//               loss_and_gradient_<K>_layer(s)  the same and the gradient: what it takes longer is the way back
//               update, update_5_layers         clipping by the global norm and Adam
//   compare     tasks/s; GFlop/s count the multiplications and additions of the formulation that is timed
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began, on as many threads.
//               A step counts those of its loss and gradient alone: random bits are no flops, but take their time.
//
// The five layers have parameters of their own, and tokens are cut at +-10 after each, as in the paper's experiment.
//
// Before anything is timed its results are compared with those in double: losses and gradients of given tasks must be
// equal, because those tasks are small whole numbers; what is drawn, and what is made of it, must agree within a
// rounding bound that is derived. Input and weights are opaque to the compiler in every iteration.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "drawn_tasks.hpp"
#include "measure.hpp"
#include "plain_eigen.hpp"
#include "whole_numbers.hpp"

namespace {

using namespace bench;

constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};
constexpr TokenShape shape = sizes.tokens();
constexpr int batch = 2048;

template <class Number>
using Layer = LinearSelfAttention<shape, Number>;
using Cut = Clipped<Layer<float>, 10>;
using FiveLayers = LayerStack<Cut, Cut, Cut, Cut, Cut>;
using Floats = Lanes<float, training_lanes>;

// ------------------------------------------------------------------------------------------------- counts of work ----

constexpr double T = shape.token_dim;
constexpr double N = shape.context;

constexpr double O = sizes.output;

/// With merged projections: forward W_KQ q, C (C^T k), W_y g; backward W_y^T y_, C (C^T b), and two outer products.
constexpr double of_forward = 2 * (T * T + 2 * T * N + T * O);
constexpr double of_gradient = of_forward + 2 * (2 * T * O + 2 * T * N + T * T);

/// Five layers: four for all tokens, and back through them; of the first not to its prompt.
constexpr double of_whole_layer = 2 * static_cast<double>(OperationCount<MergedAttention<shape, float>>::by_fast_weights(shape));
constexpr double of_whole_layer_back = 2 * (4 * T * T * T + T * T * (3 * N + 2));
constexpr double of_first_layer_back = 2 * (3 * T * T * T + T * T * (N + 1));
constexpr double of_five_forward = 4 * of_whole_layer + of_forward;
constexpr double of_five_gradient =
    4 * of_whole_layer + 3 * of_whole_layer_back + of_first_layer_back + of_gradient + 2 * (T * T + 2 * T * N);

constexpr double of_task_by_task = 2 * (4 * T * T * N + 2 * T * T + 6 * T * N + 3 * T);
constexpr double of_all_tasks = 2 * (8 * T * T + 4 * T * N + 3 * T);

// --------------------------------------------------------------------------------- given tasks, of whole numbers ----

int entry(int task, int row, int token) {
    bool const is_residual = row == shape.token_dim - 1 && token == shape.context;  // of a query: 0, as W0 is 0
    return is_residual ? 0 : sign(100 + task, row, token);
}
int target(int task) {
    return small_number(100 + task, shape.token_dim, shape.context);
}

template <class Number>
std::vector<Task<sizes, Number>> whole_tasks() {
    std::vector<Task<sizes, Number>> tasks(batch / lanes_in<Number>);
    for (int i = 0; i < batch / lanes_in<Number>; ++i) {
        auto const at = [i](int row, int token) {
            return in_lanes<Number>(i, [=](int task) { return entry(task, row, token); });
        };
        auto& [prompt, target_of_task] = tasks[static_cast<std::size_t>(i)];
        prompt = {generate<Number, shape.token_dim, shape.context>(at),
                  generate<Number, shape.token_dim, 1>([&](int row, int) { return at(row, shape.context); })};
        target_of_task(0, 0) = in_lanes<Number>(i, target);
    }
    return tasks;
}

/// The exact loss and gradient, in double. In float they are exact too: within a task nothing exceeds 2^24 (below), and
/// for the sums over tasks this is verified here. The mean divides by a power of two.
struct Expected {
    PlainLayer<double> gradient;
    double loss = 0;

    Expected() {
        auto const layer = whole_layer<shape, double>();
        loss = GradientTaskByTask<double>()(in_plain_matrices<double>(layer),
                                            in_plain_matrices<double>(shape, batch, entry, target), gradient);

        // An upper bound of every partial sum over tasks, in whatever order.
        double largest = 0;
        Layer<double> of_task;
        Layer<double> sum;
        set_zero(sum);
        for (auto const& task : whole_tasks<double>()) {
            set_zero(of_task);
            largest +=
                2 * add_loss_and_gradient<sizes>(layer, task.prompt, task.target, 1.0, of_task);  // a whole number
            for_each_parameter([](char const*, auto& to, auto const& from) { to += from.cwiseAbs(); }, sum, of_task);
        }
        for_each_parameter([&](char const*, auto& parameter) { largest = std::max(largest, parameter.maxCoeff()); },
                           sum);
        require(largest < 0x1p24, "the sums over the tasks are too large to be exact in float");
    }

    /// gradient: anything with the members query, key, value, output.
    template <class Gradient>
    void check(std::string const& name, double actual_loss, Gradient const& actual) const {
        require_near(name, "the loss", actual_loss, loss, 0);
        check(name, "W_Q", actual.query, gradient.query);
        check(name, "W_K", actual.key, gradient.key);
        check(name, "W_V", actual.value, gradient.value);
        check(name, "P", actual.output, gradient.output);
    }

    template <class Actual>
    static void check(std::string const& name, char const* parameter, Actual const& actual,
                      Dynamic<double> const& expected) {
        for (int col = 0; col < shape.token_dim; ++col) {
            for (int row = 0; row < shape.token_dim; ++row) {
                require_near(name, derivative_by(parameter, row, col), static_cast<double>(actual(row, col)),
                             expected(row, col), 0);
            }
        }
    }
};

/// Tokens are +-1, rows and columns of the weights sum to at most 2 in absolute value. So |prediction - target| is at
/// most 16 N T + 3, and no entry of a task's gradient, or of a part of it, exceeds that times 8 N T.
static_assert((16 * N * T + 3) * (8 * N * T) < 0x1p24, "whole numbers up to 2^24 are exact in float");

Expected const& expected() {
    static Expected const expected;
    return expected;
}

/// The library's mean loss of given tasks and, in `gradient`, its derivative, summed as Training sums them.
template <class Model, class Number>
float mean_loss_and_gradient(Model const& model, std::vector<Task<sizes, Number>> const& tasks, Model& gradient) {
    auto const mean = [](Number const& sum) {
        if constexpr (is_lanes<Number>) {
            return sum_of_lanes(sum) / batch;
        } else {
            return sum / batch;
        }
    };
    auto const form = fast_form(model);
    typename FastForm<Model>::template with_number<Number> sum;
    set_zero(sum);
    Number sum_of_losses(0);
    for (auto const& [prompt, target] : tasks) {
        sum_of_losses += add_loss_and_gradient<sizes>(form, prompt, target, Number(1), sum);
    }
    set_zero(gradient);
    pull_back_fast_form(model, converted<float>(sum, mean), gradient);
    return mean(sum_of_losses);
}

/// Checks loss and gradient with check(loss, gradient), then times them.
template <class Model, class Number, class Check>
void time_loss_and_gradient(benchmark::State& state, Model model, std::vector<Task<sizes, Number>> const& tasks,
                            double flops_per_task, Check const& check) {
    Model gradient;
    float loss = 0;
    auto const body = [&] {
        benchmark::DoNotOptimize(tasks.data());
        benchmark::DoNotOptimize(model);
        loss = mean_loss_and_gradient(model, tasks, gradient);
        benchmark::DoNotOptimize(gradient);
    };
    body();
    check(static_cast<double>(loss), gradient);
    time<float>(state, {.tasks = batch, .flops = batch * flops_per_task}, body);
}

/// One layer on the tasks of whole numbers, in one family of numbers.
template <class Number>
void loss_and_gradient(benchmark::State& state, std::string const& name) {
    time_loss_and_gradient(state, whole_layer<shape, float>(), whole_tasks<Number>(), of_gradient,
                           [&](double loss, Layer<float> const& gradient) { expected().check(name, loss, gradient); });
}

/// A formulation of plain_eigen.hpp.
template <class Formulation>
void plain(benchmark::State& state, std::string const& name, double flops_per_task) {
    auto layer = in_plain_matrices<float>(whole_layer<shape, float>());
    auto const tasks = in_plain_matrices<float>(shape, batch, entry, target);
    PlainLayer<float> gradient;
    Formulation formulation;
    float loss = 0;
    auto const body = [&] {
        benchmark::DoNotOptimize(tasks.contexts.data());
        benchmark::DoNotOptimize(layer);
        loss = formulation(layer, tasks, gradient);
        benchmark::DoNotOptimize(gradient);
    };
    body();
    expected().check(name, static_cast<double>(loss), gradient);
    time<float>(state, {.tasks = batch, .flops = batch * flops_per_task}, body);
}

// --------------------------------------------------------------------------------------------- the parts of a step ----

/// A pack of tasks of the batch; `first`: the index of its first task.
Task<sizes, Floats> drawn_pack(int pack, std::uint32_t first) {
    auto const index = PackOfTasks<training_lanes>(pack, batch).index + Lanes<std::uint32_t, training_lanes>(first);
    return LinearRegression().draw<sizes>(keys_of_tasks(batch, index));
}

std::vector<Task<sizes, Floats>> drawn_tasks() {
    std::vector<Task<sizes, Floats>> packs(batch / training_lanes);
    for (int pack = 0; pack < batch / training_lanes; ++pack) {
        renew(packs[static_cast<std::size_t>(pack)], [&] { return drawn_pack(pack, 0); });
    }
    return packs;
}

void draw_tasks(benchmark::State& state, std::string const& name) {
    check_tasks(name, drawn_tasks());
    std::uint32_t first = 0;
    time<float>(state, {.tasks = batch}, [&] {
        benchmark::DoNotOptimize(first);
        for (int pack = 0; pack < batch / training_lanes; ++pack) {
            auto const task = drawn_pack(pack, first);
            benchmark::DoNotOptimize(task);
        }
    });
}

/// The parameters that training begins with.
template <class Model>
Model initial() {
    Model model;
    initialise(model, 0);
    return model;
}

/// Predictions and loss of given tasks.
template <class Model>
void forward(benchmark::State& state, std::string const& name, double flops_per_task) {
    auto const tasks = drawn_tasks();
    auto form = fast_form(initial<Model>());
    float loss = 0;
    auto const body = [&] {
        benchmark::DoNotOptimize(tasks.data());
        benchmark::DoNotOptimize(form);
        Floats sum(0);
        for (auto const& [prompt, target] : tasks) {
            Matrix<Floats, 1, 1> const predicted = -targets<sizes>(query_after(form, prompt));
            sum += task_loss<sizes, Floats>(predicted, target);
        }
        loss = sum_of_lanes(sum) / batch;
        benchmark::DoNotOptimize(&loss);
    };
    body();
    check_loss<sizes>(name, batch, initial<Model>(), static_cast<double>(loss));
    time<float>(state, {.tasks = batch, .flops = batch * flops_per_task}, body);
}

/// Any model, on the tasks of a first step.
template <class Model>
void loss_and_gradient_of_drawn(benchmark::State& state, std::string const& name, double flops_per_task) {
    time_loss_and_gradient(state, initial<Model>(), drawn_tasks(), flops_per_task,
                           [&](double loss, Model const& gradient) {
                               check_gradient<sizes>(name, batch, initial<Model>(), loss, gradient);
                           });
}

/// Clipping by the global norm and Adam. The first step, checked in double: m and v are g and g^2 after correction, so
/// w changes by rate g / (|g| + epsilon). Some dozen roundings lie on the way to that change, and one after it.
template <class Model>
void update(benchmark::State& state, std::string const& name) {
    TrainingOptions const options;
    Workers workers;
    Model gradient;
    static_cast<void>(Training<sizes, Model>(initial<Model>(), {.batch = batch}, workers).loss_and_gradient(gradient));

    Model const before_training = initial<Model>();
    Model model = before_training;
    Model clipped;
    Adam<Model> adam(options.adam);
    auto const body = [&] {
        benchmark::DoNotOptimize(gradient);
        clipped = gradient;
        clip_by_global_norm(clipped, options.largest_gradient_norm);
        adam.update(model, clipped);
        benchmark::DoNotOptimize(model);
    };
    body();
    double const shrunk_by = std::min(1.0, options.largest_gradient_norm / global_norm(gradient));
    for_each_parameter(
        [&](char const* parameter, auto const& actual, auto const& before, auto const& derivative) {
            for (int i = 0; i < actual.size(); ++i) {
                double const g = shrunk_by * static_cast<double>(derivative(i));
                double const change = static_cast<double>(options.adam.learning_rate) * g /
                                      (std::abs(g) + static_cast<double>(options.adam.epsilon));
                double const after = static_cast<double>(before(i)) - change;
                require_near(name, std::string("an entry of ") + parameter, static_cast<double>(actual(i)), after,
                             std::abs(change) * gamma(16) + std::abs(after) * gamma(1));
            }
        },
        model, before_training, gradient);
    time<float>(state, {.tasks = 0}, body);
}

// ---------------------------------------------------------------------------------------------------- whole steps ----

template <class Model>
void training_step(benchmark::State& state, std::string const& name, int threads, double flops_per_task) {
    Workers workers(threads);
    Training<sizes, Model> training(initial<Model>(), {.batch = batch, .seed = 0}, workers);
    Model gradient;
    float const loss = training.loss_and_gradient(gradient);
    check_gradient<sizes>(name, batch, initial<Model>(), static_cast<double>(loss), gradient);
    benchmark::DoNotOptimize(training);
    auto const body = [&] {
        float loss_of_step = training.step();
        benchmark::DoNotOptimize(loss_of_step);
    };
    time<float>(state, {.tasks = batch, .flops = batch * flops_per_task, .threads = threads}, body);
}

}  // namespace

int main(int argc, char** argv) {
    // Whole steps in real time, which is what a second thread saves.
    add("training_step_1_layer/incontext_lanes/2048", training_step<Layer<float>>, 1, of_gradient)->UseRealTime();
    add("training_step_1_layer/incontext_lanes_2_threads/2048", training_step<Layer<float>>, 2, of_gradient)->UseRealTime();
    add("training_step_5_layers/incontext_lanes/2048", training_step<FiveLayers>, 1, of_five_gradient)->UseRealTime();
    add("training_step_5_layers/incontext_lanes_2_threads/2048", training_step<FiveLayers>, 2, of_five_gradient)
        ->UseRealTime();
    add("draw_tasks/incontext_lanes/2048", draw_tasks);
    add("forward_1_layer/incontext_lanes/2048", forward<Layer<float>>, of_forward);
    add("forward_5_layers/incontext_lanes/2048", forward<FiveLayers>, of_five_forward);
    add("update/incontext_lanes/2048", update<Layer<float>>);
    add("update_5_layers/incontext_lanes/2048", update<FiveLayers>);
    add("loss_and_gradient_5_layers/incontext_lanes/2048", loss_and_gradient_of_drawn<FiveLayers>, of_five_gradient);

    add("loss_and_gradient_1_layer/incontext_lanes/2048", loss_and_gradient<Floats>);
    add("loss_and_gradient_1_layer/eigen_fixed_lazy/2048", loss_and_gradient<float>);
    add("loss_and_gradient_1_layer/eigen_dynamic/2048", plain<GradientTaskByTask<float>>, of_task_by_task);
    add("loss_and_gradient_1_layer/eigen_dynamic_all_tasks/2048", plain<GradientAllTasksAtOnce<float>>, of_all_tasks);
    return bench::run(argc, argv);
}
