// SPDX-License-Identifier: MIT
// Does linear self-attention on top of an MLP learn linear models of deep features?
//
//   setting     10 points of a sine wave y = a sin(x + b) per prompt, x in (-5, 5), fresh waves in every step  [vonOswald2023] sec. 4
//   trained     embedding 2 -> 40, e + MLP(e) with 160 hidden units, one layer of linear self-attention: all weights
//   compared    with a control whose attention is held to be a step of gradient descent: embedding and MLP alone learn
//   look for    losses of one size; equal signs of the sensitivities d prediction / d x_q ("partial cosine")
//
// The reference draws a and b from one number, the paper's text says two: --family one, --family two.
//
// Figure 4: one_task.svg (left), loss.svg and alignment.svg (right).
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/run_record.hpp"
#include "sine/model.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct SineOptions {
    CommonOptions common{.steps = 20'000,
                         .eval_every = 1'000,
                         .out = "out/sine",
                         .quick_defaults = {.steps = 5'000, .batch = 256, .eval_every = 500}};
    CheckpointOptions checkpoint{};
    WaveFamily family = WaveFamily::one_parameter;

    [[nodiscard]] std::string family_text() const { return family == WaveFamily::one_parameter ? "one" : "two"; }
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(SineOptions const& options) {
    // The network is measured beside the finished control, so a longer run has other numbers from the beginning on.
    return {{"family", options.family_text()}, {"control_steps", options.common.steps}};
}

/// Crosses at points, as curves with gaps.
Series crosses(std::string const& name, std::vector<double> const& x, std::vector<double> const& y, double width,
               double height) {
    constexpr double gap = std::numeric_limits<double>::quiet_NaN();
    Series result{.name = name};
    for (std::size_t i = 0; i < x.size(); ++i) {
        for (double const direction : {1.0, -1.0}) {
            for (double const end : {-1.0, 1.0}) {
                result.x.push_back(x[i] + end * width);
                result.y.push_back(y[i] + end * direction * height);
            }
            result.x.push_back(x[i]);
            result.y.push_back(gap);
        }
    }
    return result;
}

double root_mean_square_difference(std::vector<double> const& values, std::vector<double> const& others) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += (values[i] - others[i]) * (values[i] - others[i]);
    }
    return std::sqrt(sum / static_cast<double>(values.size()));
}

void draw_figures(OutputDirectory const& directory, SineOptions const& options, std::vector<TrainedRun> const& runs,
                  std::vector<ControlRun> const& controls, OneTask const& task) {
    Figures figures(directory);
    Series trained = series("trained network", runs, [](auto& at) { return at.loss_trained; });
    Series control = series("control", controls, [](auto& at) { return at.loss_control; });
    control.dashed = true;
    figures.draw(
        "loss.svg",
        LineChart{.title = "After " + grouped_text(runs.front().last().step) + " steps of training the network is " +
                           percent_text(mean(last_of_runs(runs, [](auto& at) { return at.loss_trained; })),
                                        mean(last_of_runs(controls, [](auto& at) { return at.loss_control; }))) +
                           " the control",
                  .note = "Regression of sine waves by attention on top of an MLP. The control is a step of gradient "
                          "descent on learned features.",
                  .x = {.label = "training step"},
                  .y = {.label = "loss on 10,000 tasks (½ mean squared error)", .logarithmic = true},
                  .series = {trained, control}});

    auto const partial = last_of_runs(runs, [](auto& at) { return at.partial_cosine; });
    LineChart alignment{
        .title = "After " + grouped_text(runs.front().last().step) +
                 " steps of training the partial cosine with the finished control is " + fixed_text(mean(partial), 3),
        .note = "The partial cosine is the mean product of the signs of both sensitivities, on 10,000 tasks.",
        .x = {.label = "training step"},
        .y_below = {.label = "mean difference from the control", .least = 0},
        .series = {series("signs", runs, [](auto& at) { return at.partial_cosine; }),
                   series("sensitivities", runs, [](auto& at) { return at.sensitivity_difference; }),
                   series("predictions", runs, [](auto& at) { return at.prediction_difference; })}};
    alignment.series[1].below = alignment.series[2].below = true;
    alignment.y = cosine_axis("mean product of the signs of sensitivities", partial, alignment.series);
    figures.draw("alignment.svg", alignment);

    bool const one = options.family == WaveFamily::one_parameter;
    figures.draw("one_task.svg",
                 LineChart{.title = "One task: from 10 examples the trained network is off by " +
                                    fixed_text(root_mean_square_difference(task.trained.after, task.truth), 3) +
                                    ", the control by " +
                                    fixed_text(root_mean_square_difference(task.control.after, task.truth), 3),
                           .note = "The root of the mean squared error over 100 queries.",
                           .x = {.label = "x", .least = -5, .greatest = 5},
                           .y = {.label = "y"},
                           .series = {{.name = "sine wave", .x = task.x, .y = task.truth},
                                      crosses("context", task.context_x, task.context_y, .08, one ? .012 : .12),
                                      {.name = "trained network", .x = task.x, .y = task.trained.after, .dashed = true},
                                      {.name = "control", .x = task.x, .y = task.control.after, .dashed = true},
                                      {.name = "trained, before attention", .x = task.x, .y = task.trained.before},
                                      {.name = "control, before attention", .x = task.x, .y = task.control.before}}});
}

nlohmann::ordered_json record_of(SineOptions const& options, std::vector<TrainedRun> const& runs,
                                 std::vector<ControlRun> const& controls) {
    auto record = run_record("sine", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = {
        {"context", waves.context},
        {"features", features},
        {"hidden", 4 * features},
        {"initial_scale", .002},
        {"learning_rate_trained", 1e-3},
        {"learning_rate_control", 3e-4},
        {"largest_gradient_norm", 100},
        {"learning_rate_of_the_step", control_learning_rate},
        {"evaluation", {{"seed", WaveEvaluation::reference_seed}, {"tasks", WaveEvaluation::reference_count}}}};
    add_statistics(record, "loss_control", last_of_runs(controls, [](auto& at) { return at.loss_control; }));
    add_statistics(record, "seconds_training_control",
                   of_runs(controls, [](auto& run) { return run.seconds_training; }));
    add_results(record, runs);
    return record;
}

void print_summary(SineOptions const& options, nlohmann::ordered_json const& record) {
    auto const value = [&](char const* name) { return statistic_in(record, name); };
    std::printf("\n                                             loss\n");
    std::printf("control, whose attention is a gradient step  %.6f\n", value("loss_control"));
    std::printf("trained network                              %.6f   %+.1f %% of the control's\n\n",
                value("loss_trained"), 100 * (value("loss_trained") / value("loss_control") - 1));
    std::printf("partial cosine              %.4f     the paper: .95\n", value("partial_cosine"));
    std::printf("difference of sensitivities %.4f     the paper: .021\n", value("sensitivity_difference"));
    std::printf("difference of predictions   %.4f     the paper: .022\n", value("prediction_difference"));
    std::printf("%s\n",
                times_text(duration_text(value("seconds_training") + value("seconds_training_control")) + " per seed",
                           value("seconds_total"), options.common)
                    .c_str());
}

void sine(SineOptions const& options) {
    CommonOptions const& common = options.common;
    Stopwatch total;
    total.start();
    OutputDirectory const directory = opened_directory("sine", common, options.checkpoint, own_parameters(options));
    auto checkpoints =
        checkpoints_of_models("sine", common, options.checkpoint, own_parameters(options),
                              std::vector<CheckpointedModel>{{.name = "control", .steps = common.steps},
                                                             {.name = "trained", .steps = common.steps}});
    Workers workers(common.threads);
    SineWaves const tasks{.family = options.family};
    if (!common.quiet) {
        std::printf("training a control and a network on sine waves: about %s\n",
                    duration_text(seconds_to_train_control(common, tasks, checkpoints[0], workers) +
                                  seconds_to_train_network(common, tasks, checkpoints[1], workers))
                        .c_str());
        std::fflush(stdout);
    }
    WaveEvaluation const evaluation(workers, tasks);
    auto const controls = trained_control(common, tasks, evaluation, checkpoints[0], workers);
    auto const runs = trained_network(common, tasks, controls, evaluation, checkpoints[1], workers);
    OneTask const task = one_task(tasks, runs.front().model(), controls.front().model());

    directory.write("curves.csv", curves_csv(runs));
    directory.write("curves_control.csv", curves_csv(controls));
    directory.write("one_task.csv", csv_text({{"x", task.x},
                                              {"y", task.truth},
                                              {"trained", task.trained.after},
                                              {"control", task.control.after},
                                              {"trained_before_attention", task.trained.before},
                                              {"control_before_attention", task.control.before}}));
    nlohmann::ordered_json weights;
    add_weights(weights["trained"], runs);
    add_weights(weights["control"], controls);
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, options, runs, controls, task);
    total.stop();

    auto record = record_of(options, runs, controls);
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoints);
    directory.write("run.json", json_text(record));
    if (!common.quiet) {
        print_summary(options, record);
    }
}

void add_options(CLI::App& app, SineOptions& options) {
    auto const set_family = [&options](std::string const& text) {
        if (text != "one" && text != "two") {
            throw UsageError("--family expects one or two, not '" + text + "'");
        }
        options.family = text == "one" ? WaveFamily::one_parameter : WaveFamily::two_parameters;
    };
    add_text(app, "--family", set_family, "one number makes amplitude and phase, or two do",
             {.value = "one|two", .by_default = "one"});
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
}

}  // namespace

int main(int argc, char** argv) {
    SineOptions options;
    return run_program(
        argc, argv,
        "Trains a network with one layer of linear self-attention on sine waves and compares it with a control whose "
        "attention is a step of gradient descent.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { sine(options); });
}
