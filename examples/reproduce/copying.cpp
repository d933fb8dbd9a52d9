// SPDX-License-Identifier: MIT
// Does a transformer that is given inputs and targets as tokens of their own learn to put them together first?
//
//   setting     10 examples of y = w x per prompt as 20 tokens x_1, (0; y_1), x_2, ..., then x_q, all with their positions
//               [vonOswald2023] sec. 5
//   trained     a layer of softmax attention and one of linear attention, by Adam
//   compared    with one step of gradient descent, which needs x_j and y_j in one token
//   look for    the first layer becomes sensitive to the next token when the loss falls to that of the step, not later: it
//               copies ("induction head")
//
// Figure 5: copying.svg (loss and sensitivities over one axis of steps), runs.svg (the loss of each seed), attention.svg (what was
// learned beside Prop. 3).
#include <algorithm>
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
#include "copying/model.hpp"
#include "copying/title.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct CopyingOptions {
    CommonOptions common{.steps = 10'000, .eval_every = 500, .out = "out/copying", .quick_defaults = {.batch = 512}};
    CheckpointOptions checkpoint{};
};

/// What the network is compared with. Plain tokens show the tasks of linear regression, so these are of the same tasks.
struct Baselines {
    BestLearningRate one_step{};
    BestLearningRate two_steps{};
    double loss_of_zero = 0;  // of predicting 0

    /// A part of the way from predicting 0, where training waits, to the step.
    [[nodiscard]] double after(double part) const { return loss_of_zero + part * (one_step.loss - loss_of_zero); }
    [[nodiscard]] double half_way() const { return after(.5); }
};

Baselines baselines(Workers& workers) {
    Evaluation<sizes> const evaluation(workers);
    return {.one_step = scan_learning_rate(evaluation, step_of),
            .two_steps = scan_learning_rate(evaluation, [](double rate) { return looped<2>(step_of(rate)); }),
            .loss_of_zero = evaluation.loss(step_of(0))};
}

/// The first step that was measured and is so; NaN if none is.
template <class Predicate>
double first_step(CopyingRun const& run, Predicate const& is_so) {
    auto const found = std::find_if(run.curve.begin(), run.curve.end(), is_so);
    return found == run.curve.end() ? std::numeric_limits<double>::quiet_NaN() : found->step;
}

/// In the paper the sensitivity to the next token comes to 1. A tenth of that is where it begins, and so with the loss.
std::vector<double> steps_of_next(std::vector<CopyingRun> const& runs, double above) {
    return of_runs(runs, [&](CopyingRun const& run) {
        return first_step(run, [&](CopyingMeasured const& at) { return at.sensitivity_next > above; });
    });
}
std::vector<double> steps_of_loss(std::vector<CopyingRun> const& runs, double below) {
    return of_runs(runs, [&](CopyingRun const& run) {
        return first_step(run, [&](CopyingMeasured const& at) { return at.loss_trained < below; });
    });
}

/// The mean weight with which tokens attend to the one that is so many places after them.
double mean_beside_diagonal(Rows const& rows, std::size_t after) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t row = 0; row < rows.size() && row + after < rows[row].size(); ++row, ++count) {
        sum += rows[row][row + after];
    }
    return sum / static_cast<double>(count);
}

void draw_figures(OutputDirectory const& directory, std::vector<CopyingRun> const& runs, AttentionMaps const& maps,
                  Baselines const& beside) {
    Figures figures(directory);
    // Runs begin to copy at steps of their own, so that means over runs would show a slope that none of them has.
    std::vector<CopyingRun> const first(runs.begin(), runs.begin() + 1);
    std::string const of_seed = "seed " + std::to_string(first.front().seed);
    auto const above = [&](auto& at) { return percent_above(at.loss_trained, beside.one_step.loss); };
    ReferenceLine const of_zero{.label = "predicting 0", .y = percent_above(beside.loss_of_zero, beside.one_step.loss)};
    reproduce::Axis const excess{.label = "loss above that of one step of gradient descent (%)",
                                 .logarithmic = true,
                                 .greatest = 1.3 * of_zero.y};  // the untrained network is worse than predicting 0
    CopyingMeasured const& end = first.front().last();
    std::string const of_all =
        runs.size() > 1 ? of_seed + " of " + seeds_text(runs.size()) : of_seed + ", the only one run";
    LineChart chart{
        .title = (runs.size() > 1 ? "Of the first seed: " : "Of one seed alone: ") +
                 copying_title({.loss = end.loss_trained,
                                .sensitivity_next = end.sensitivity_next,
                                .sensitivity_other = end.sensitivity_other},
                               beside.half_way(), beside.one_step.loss),
        .note = "A run of " + grouped_text(first.front().last().step) + " steps, " + of_all + "; loss on 10,000 tasks.",
        .x = {.label = "training step"},
        .y = excess,
        .y_below = {.label = "sensitivity of the first layer's output", .least = 0},
        .series = {series("trained network", first, above)},
        .references = {of_zero}};
    auto const add = [&](std::string const& name, auto const& value) {
        chart.series.push_back(series(name, first, value));
        chart.series.back().below = true;
    };
    add("to the next token", [](auto& at) { return at.sensitivity_next; });
    add("to the token itself", [](auto& at) { return at.sensitivity_own; });
    add("to other tokens", [](auto& at) { return at.sensitivity_other; });
    figures.draw("copying.svg", chart);

    auto const near =
        std::count_if(runs.begin(), runs.end(), [&](CopyingRun const& run) { return above(run.last()) < 5; });
    LineChart losses{
        .title = runs.size() > 1
                     ? std::to_string(near) + " of " + seeds_text(runs.size()) + (near == 1 ? " ends" : " end") +
                           " less than 5 % above one step of gradient descent"
                     : "The one run, " + of_seed + ", ends " + percent_text(end.loss_trained, beside.one_step.loss) +
                           " one step of gradient descent",
        .note = "Loss on 10,000 tasks.",
        .x = {.label = "training step"},
        .y = excess,
        .y_below = {.label = "sensitivity of the first layer's output to the next token", .least = 0},
        .references = {of_zero}};
    for (bool const below : {false, true}) {
        for (std::size_t i = 0; i < runs.size(); ++i) {
            std::vector<CopyingRun> const run(runs.begin() + static_cast<std::ptrdiff_t>(i),
                                              runs.begin() + static_cast<std::ptrdiff_t>(i) + 1);
            std::string const name = "seed " + std::to_string(runs[i].seed);
            losses.series.push_back(below ? series(name, run, [](auto& at) { return at.sensitivity_next; })
                                          : series(name, run, above));
            losses.series.back().colour = i;
            losses.series.back().below = below;
        }
    }
    figures.draw("runs.svg", losses);

    AttentionMaps const construction = attention_maps_of_construction();
    figures.draw(
        "attention.svg",
        HeatMaps{.title = "The first layer attends to the next token with the weight " +
                          fixed_text(mean_beside_diagonal(maps.first, 1), 2) + " and to the token itself with " +
                          fixed_text(mean_beside_diagonal(maps.first, 0), 2) + "; in Prop. 3, from x to its y alone",
                 .note = "Rows: tokens that attend, columns: tokens that are attended to, in their order x₁ y₁ x₂ y₂ … "
                         "Learned by " +
                         of_seed + ".",
                 .panels = {{.title = "first layer, weights", .rows = maps.first},
                            {.title = "second layer, scores", .rows = maps.second},
                            {.title = "Prop. 3, its copying head", .rows = construction.first},
                            {.title = "Prop. 3, scores of its step", .rows = construction.second}},
                 .panels_per_row = 2});
}

/// The mean of the runs that came so far, how many did, and each run's own, null for one that did not.
void add_steps(nlohmann::ordered_json& record, std::string const& name, std::vector<double> const& steps) {
    std::vector<double> reached;
    std::copy_if(steps.begin(), steps.end(), std::back_inserter(reached),
                 [](double step) { return std::isfinite(step); });
    record["reached"][name] = reached.size();
    if (!reached.empty()) {
        record[name] = mean(reached);
    }
    if (steps.size() > 1) {
        auto& of_runs = record["runs"][name];
        for (double const step : steps) {
            of_runs.push_back(std::isfinite(step) ? nlohmann::ordered_json(step) : nlohmann::ordered_json());
        }
    }
}

nlohmann::ordered_json record_of(CopyingOptions const& options, std::vector<CopyingRun> const& runs,
                                 Baselines const& beside) {
    auto record = run_record("copying", options.common, options.checkpoint);
    record["setting"] = {
        {"examples", plain.context / 2},
        {"token", token_dim},
        {"position", position_dim},
        {"initial_scale", .02},
        {"layers", 2},
        {"learning_rate", 1e-3},
        {"largest_gradient_norm", 10},
        {"evaluation", {{"seed", PlainEvaluation::reference_seed}, {"tasks", PlainEvaluation::reference_count}}}};
    record["loss_gd"] = beside.one_step.loss;
    record["learning_rate_gd"] = beside.one_step.learning_rate;
    record["loss_gd_two_steps"] = beside.two_steps.loss;
    record["loss_of_zero"] = beside.loss_of_zero;
    add_steps(record, "step_sensitivity_next_tenth", steps_of_next(runs, .1));
    add_steps(record, "step_loss_tenth_of_the_way", steps_of_loss(runs, beside.after(.1)));
    add_steps(record, "step_sensitivity_next_half", steps_of_next(runs, .5));
    add_steps(record, "step_loss_half_way", steps_of_loss(runs, beside.half_way()));
    add_results(record, runs);
    return record;
}

void print_summary(CopyingOptions const& options, std::vector<CopyingRun> const& runs, Baselines const& beside,
                   nlohmann::ordered_json const& record) {
    std::printf("\n                             loss\n");
    std::printf("predicting 0                 %.6f\n", beside.loss_of_zero);
    std::printf("one step of gradient descent %.6f\n", beside.one_step.loss);
    std::printf("two steps                    %.6f\n\n", beside.two_steps.loss);
    std::printf(
        "seed    loss      of the step   sensitivity to itself, next, other   next > 1/2   loss half way down\n");
    auto const next = steps_of_next(runs, .5);
    auto const half_way = steps_of_loss(runs, beside.half_way());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        CopyingMeasured const& last = runs[i].last();
        std::printf("%4u    %.6f  %+7.1f %%            %.3f   %.3f   %.3f      %10.0f   %10.0f\n", runs[i].seed,
                    last.loss_trained, 100 * (last.loss_trained / beside.one_step.loss - 1), last.sensitivity_own,
                    last.sensitivity_next, last.sensitivity_other, next[i], half_way[i]);
    }
    std::printf("%s\n", times_text(duration_text(record["seconds_training"].get<double>()) + " per seed",
                                   record["seconds_total"].get<double>(), options.common)
                            .c_str());
}

std::string maps_csv(AttentionMaps const& maps) {
    std::vector<Column> columns{{"token"}};
    for (std::size_t i = 0; i < maps.first.front().size(); ++i) {
        columns.push_back({"first_to_" + std::to_string(i)});
    }
    for (std::size_t i = 0; i < maps.second.front().size(); ++i) {
        columns.push_back({"second_to_" + std::to_string(i)});
    }
    for (std::size_t token = 0; token < maps.first.size(); ++token) {
        auto column = columns.begin();
        (column++)->values.push_back(static_cast<double>(token));
        for (Rows const* const map : {&maps.first, &maps.second}) {
            for (double const value : (*map)[token]) {
                (column++)->values.push_back(value);
            }
        }
    }
    return csv_text(columns);
}

void copying(CopyingOptions const& options) {
    CommonOptions const& common = options.common;
    Stopwatch total;
    total.start();
    OutputDirectory const directory = opened_directory("copying", common, options.checkpoint);
    Checkpoint checkpoint("copying", common, options.checkpoint, nlohmann::ordered_json::object());
    Workers workers(common.threads);
    if (!common.quiet) {
        std::printf("training two layers on plain tokens: about %s\n",
                    duration_text(seconds_to_train_copying(common, checkpoint, workers)).c_str());
        std::fflush(stdout);
    }
    PlainEvaluation const evaluation(workers, PlainTokens{});
    Baselines const beside = baselines(workers);
    auto const runs = trained_copying(common, evaluation, checkpoint, workers);
    AttentionMaps const maps = attention_maps(runs.front().model(), evaluation);

    directory.write("curves.csv", curves_csv(runs));
    directory.write("attention.csv", maps_csv(maps));
    nlohmann::ordered_json weights;
    add_weights(weights, runs);
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, runs, maps, beside);
    total.stop();

    auto record = record_of(options, runs, beside);
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoint);
    directory.write("run.json", json_text(record));
    if (!common.quiet) {
        print_summary(options, runs, beside, record);
    }
}

}  // namespace

int main(int argc, char** argv) {
    CopyingOptions options;
    return run_program(
        argc, argv,
        "Trains a layer of softmax attention and one of linear attention on plain tokens, and watches the first learn "
        "to copy.",
        [&](CLI::App& app) {
            add_common_options(app, options.common);
            add_checkpoint_options(app, options.checkpoint);
        },
        [&] { copying(options); });
}
