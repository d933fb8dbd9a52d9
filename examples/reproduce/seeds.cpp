// SPDX-License-Identifier: MIT
// How reliably, and how fast, does training find gradient descent?
//
//   setting     that of one_step, from several random beginnings
//   heads       one head against two in the layer, on fresh prompts in every step
//   batches     one head that is shown the same fixed batch of prompts in every step
//   look for    a plateau, then a sudden drop; two heads leave the plateau sooner; a small batch is learned by heart, a
//               large one suffices for gradient descent
//
// Figure 15 left and centre: heads.svg; figure 16: batches.svg, batches_cosine.svg.
#include <algorithm>
#include <boost/hana/define_struct.hpp>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/selection.hpp"
#include "common/training_runs.hpp"
#include "common/weights.hpp"
#include "incontext/incontext.hpp"
#include "tools/charts.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

using TwoHeads = MultiHeadAttention<Layer, Layer>;
constexpr int layers = 1;

struct SeedsOptions {
    CommonOptions common{
        .seeds = 10, .eval_every = 25, .out = "out/seeds", .quick_defaults = {.steps = 1500, .seeds = 2}};
    CheckpointOptions checkpoint{};
    std::vector<int> batches{};  // the sizes of the fixed batches
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(SeedsOptions const& options) {
    return {{"batches", options.batches}};
}

/// What is measured of a layer after some steps of training.
struct Measured {
    BOOST_HANA_DEFINE_STRUCT(Measured,
        (double, step),
        (double, loss_trained),
        (double, loss_batch),
        (double, cosine),
        (double, sensitivity_difference),
        (double, prediction_difference));
};

// ------------------------------------------------------------------------------------------------------ one kind of run ----

/// What all seeds of one kind of layer, or of one size of a fixed batch, have come to.
struct Kind {
    std::string name{};   // in files
    std::string title{};  // in figures and tables
    std::vector<Curve<Measured>> runs{};
};

/// The mean loss of the very tasks that a run with a fixed batch is trained on.
template <class ALayer>
double loss_on_batch(ALayer const& layer, TrainingOptions const& options, Workers& workers) {
    ALayer gradient;
    return static_cast<double>(Training<sizes, ALayer>(layer, options, workers).loss_and_gradient(gradient));
}

template <class ALayer>
Kind trained(Kind kind, CommonOptions const& options, Tasks tasks, Checkpoint& checkpoint,
             GradientDescentStep const& gradient_step, Evaluation<sizes> const& evaluation, Workers& workers) {
    auto const measured = [&](long step, ALayer const& layer, std::uint32_t seed) {
        auto setting = training_options(layers, options.batch, seed);
        setting.fresh_tasks = false;  // its first batch, which is the only one where the batch is fixed
        Alignment const with_step = alignment(evaluation, layer, gradient_step);
        return Measured{.step = static_cast<double>(step),
                        .loss_trained = evaluation.loss(layer),
                        .loss_batch = loss_on_batch(layer, setting, workers),
                        .cosine = with_step.cosine,
                        .sensitivity_difference = with_step.sensitivity_difference,
                        .prediction_difference = with_step.prediction_difference};
    };
    auto const runs = train_runs<ALayer, Measured>(layers, options, measured, workers, &checkpoint, kind.title, tasks);
    kind.runs.assign(runs.begin(), runs.end());
    return kind;
}

// ------------------------------------------------------------------------------------------------------- the phases ----

/// The first step at which a loss has come a part of the way from its beginning down to that of gradient descent; NaN if
/// it never has.
double step_at(std::vector<Measured> const& curve, double part, double loss_gd) {
    double const loss = curve.front().loss_trained + part * (loss_gd - curve.front().loss_trained);
    for (Measured const& at : curve) {
        if (at.loss_trained <= loss) {
            return at.step;
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

struct Phases {
    std::vector<double> plateau{};  // steps until a tenth of the way down is done
    std::vector<double> drop{};     // steps from there until nine tenths are
};

Phases phases(Kind const& kind, double loss_gd) {
    Phases result;
    for (auto const& run : kind.runs) {
        double const begin = step_at(run.curve, .1, loss_gd);
        result.plateau.push_back(begin);
        result.drop.push_back(step_at(run.curve, .9, loss_gd) - begin);
    }
    return result;
}

// ------------------------------------------------------------------------------------------------------------ results ----

std::string curves_csv(std::vector<Kind> const& kinds) {
    std::vector<Column> table;
    for (Kind const& kind : kinds) {
        double const heads = kind.name == "two_heads" ? 2 : 1;
        double const batch = kind.name.starts_with("batch_") ? std::stod(kind.name.substr(6)) : 0;
        append_curves(table, {{"heads", heads}, {"fixed_batch", batch}}, kind.runs);
    }
    return csv_text(table);
}

/// The mean over all runs of a kind, in its colour.
template <class Value>
Series mean_curve(Kind const& kind, std::string const& name, std::size_t colour, bool dashed, Value const& value) {
    Series result = series(name, kind.runs, value);
    result.dashed = dashed;
    result.colour = colour;
    return result;
}

void draw_figures(OutputDirectory const& directory, std::vector<Kind> const& heads, std::vector<Kind> const& batches,
                  double loss_gd) {
    Figures figures(directory);
    double const last_step = heads.front().runs.front().last().step;
    double const plateau_of_one = mean(phases(heads[0], loss_gd).plateau);
    double const plateau_of_two = mean(phases(heads[1], loss_gd).plateau);
    std::string const above = "loss above that of one step of gradient descent (%)";

    LineChart chart{
        .title = std::isfinite(plateau_of_one + plateau_of_two)
                     ? "Two heads leave the plateau after " + grouped_text(plateau_of_two) + " steps, one head after " +
                           grouped_text(plateau_of_one)
                     : "One head and two heads: not all runs have left the plateau",
        .note = seeds_text(heads.front().runs.size()) +
                " each, in the mean; a plateau lasts until a tenth of the way to gradient descent is done. Loss on "
                "10,000 tasks.",
        // Everything happens early; the curves are flat from there on.
        .x = {.label = "training step", .least = 0, .greatest = std::min(last_step, 1000.0)},
        .y = {.label = above, .logarithmic = true, .least = .02}};
    for (std::size_t i = 0; i < heads.size(); ++i) {
        add_runs(chart, heads[i].title, heads[i].runs, i,
                 [&](auto& at) { return percent_above(at.loss_trained, loss_gd); });
    }
    figures.draw("heads.svg", chart);

    if (batches.empty()) {
        return;
    }
    auto const final_loss = [](Kind const& kind) {
        return mean(last_of_runs(kind.runs, [](auto& at) { return at.loss_trained; }));
    };
    LineChart losses{.title = "The same prompts in every step: " + batches.back().title + " end " +
                              percent_text(final_loss(batches.back()), loss_gd) + " gradient descent, " +
                              batches.front().title + " " + percent_text(final_loss(batches.front()), loss_gd),
                     .x = step_axis(batches.front().runs),
                     .y = {.label = "on 10,000 other tasks: " + above, .logarithmic = true},
                     .y_below = {.label = "on the tasks of the batch: loss (½ mean squared error)", .least = 0},
                     .references = {{.label = "one step of gradient descent", .y = loss_gd, .below = true}}};
    auto const final_cosine = [](Kind const& kind) {
        return fixed_text(mean(last_of_runs(kind.runs, [](auto& at) { return at.cosine; })), 3);
    };
    LineChart cosines{.title = "The same prompts in every step: the cosine with gradient descent is " +
                               final_cosine(batches.front()) + " with " + batches.front().title + ", " +
                               final_cosine(batches.back()) + " with " + batches.back().title,
                      .x = step_axis(batches.front().runs)};
    for (std::size_t i = 0; i < batches.size(); ++i) {
        Kind const& kind = batches[i];
        losses.series.push_back(
            mean_curve(kind, kind.title, i, false, [&](auto& at) { return percent_above(at.loss_trained, loss_gd); }));
        losses.series.push_back(mean_curve(kind, kind.title, i, true, [](auto& at) { return at.loss_batch; }));
        losses.series.back().below = true;
        cosines.series.push_back(mean_curve(kind, kind.title, i, false, [](auto& at) { return at.cosine; }));
    }
    cosines.y = cosine_axis("cosine of sensitivities with gradient descent", {0}, cosines.series);
    figures.draw("batches.svg", losses);
    figures.draw("batches_cosine.svg", cosines);
}

nlohmann::ordered_json json_of(Kind const& kind, double loss_gd) {
    nlohmann::ordered_json json;
    add_results(json, kind.runs);
    Phases const of_kind = phases(kind, loss_gd);
    add_statistics(json, "steps_plateau", of_kind.plateau);
    add_statistics(json, "steps_drop", of_kind.drop);
    return json;
}

void print_summary(SeedsOptions const& options, std::vector<Kind> const& heads, std::vector<Kind> const& batches,
                   BestLearningRate const& scan, double seconds) {
    std::printf("\none step of gradient descent: %.6f\n\n", scan.loss);
    std::printf("                            loss                   cosine     plateau        drop        (steps)\n");
    auto const print = [&](Kind const& kind) {
        auto const last = [&](auto const& value) {
            std::vector<double> values;
            for (auto const& run : kind.runs) {
                values.push_back(value(run.last()));
            }
            return values;
        };
        auto const losses = last([](auto& at) { return at.loss_trained; });
        Phases const of_kind = phases(kind, scan.loss);
        std::printf("%-26s  %.6f +- %.6f   %.5f    %4.0f +- %3.0f    %4.0f +- %3.0f", kind.title.c_str(), mean(losses),
                    standard_deviation(losses), mean(last([](auto& at) { return at.cosine; })), mean(of_kind.plateau),
                    standard_deviation(of_kind.plateau), mean(of_kind.drop), standard_deviation(of_kind.drop));
        return last([](auto& at) { return at.loss_batch; });
    };
    for (Kind const& kind : heads) {
        print(kind);
        std::printf("\n");
    }
    for (Kind const& kind : batches) {
        std::printf("    on the batch itself: %.6f\n", mean(print(kind)));
    }
    std::printf(
        "plateau: until a tenth of the way down to gradient descent is done; drop: from there to nine tenths\n");
    std::printf("everything since the start %s on %d %s; results in %s\n", duration_text(seconds).c_str(),
                options.common.threads, options.common.threads == 1 ? "thread" : "threads",
                options.common.out.string().c_str());
}

// --------------------------------------------------------------------------------------------------------------- main ----

void run(SeedsOptions const& options) {
    Stopwatch total;
    total.start();
    std::vector<Kind> heads{{.name = "one_head", .title = "one head"}, {.name = "two_heads", .title = "two heads"}};
    std::vector<Kind> batches;
    for (int const batch : options.batches) {
        batches.push_back({.name = "batch_" + std::to_string(batch), .title = grouped_text(batch) + " fixed tasks"});
    }
    std::vector<CheckpointedModel> models;
    for (auto const* kinds : {&heads, &batches}) {
        for (Kind const& kind : *kinds) {
            models.push_back({.name = kind.name, .steps = options.common.steps});
        }
    }
    OutputDirectory const directory =
        opened_directory("seeds", options.common, options.checkpoint, own_parameters(options));
    auto checkpoints =
        checkpoints_of_models("seeds", options.common, options.checkpoint, nlohmann::ordered_json::object(), models);
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);
    BestLearningRate const scan = scan_learning_rate(evaluation, step_of);
    GradientDescentStep const gradient_step = step_of(scan.learning_rate);

    if (!options.common.quiet) {
        double seconds = seconds_to_train<Layer>(layers, options.common, workers, checkpoints[0]) +
                         seconds_to_train<TwoHeads>(layers, options.common, workers, checkpoints[1]);
        for (std::size_t i = 0; i < batches.size(); ++i) {
            CommonOptions of_batch = options.common;
            of_batch.batch = options.batches[i];
            seconds += seconds_to_train<Layer>(layers, of_batch, workers, checkpoints[2 + i]);
        }
        std::printf("training %s: about %s, beside measuring\n",
                    (std::to_string(models.size()) + " kinds of run, " + std::to_string(options.common.seeds) +
                     (options.common.seeds == 1 ? " seed" : " seeds each"))
                        .c_str(),
                    duration_text(seconds).c_str());
        std::fflush(stdout);
    }
    heads[0] =
        trained<Layer>(heads[0], options.common, Tasks::fresh, checkpoints[0], gradient_step, evaluation, workers);
    heads[1] =
        trained<TwoHeads>(heads[1], options.common, Tasks::fresh, checkpoints[1], gradient_step, evaluation, workers);
    for (std::size_t i = 0; i < batches.size(); ++i) {
        CommonOptions of_batch = options.common;
        of_batch.batch = options.batches[i];
        batches[i] =
            trained<Layer>(batches[i], of_batch, Tasks::fixed, checkpoints[2 + i], gradient_step, evaluation, workers);
    }

    std::vector<Kind> all = heads;
    all.insert(all.end(), batches.begin(), batches.end());
    directory.write("curves.csv", curves_csv(all));
    nlohmann::ordered_json weights;
    for (Kind const& kind : all) {
        add_weights(weights[kind.name], kind.runs);
    }
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, heads, batches, scan.loss);
    total.stop();

    auto record = run_record("seeds", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(layers, options.common.batch);
    record["loss_gd"] = scan.loss;
    record["learning_rate_gd"] = scan.learning_rate;
    for (Kind const& kind : all) {
        record[kind.name] = json_of(kind, scan.loss);
    }
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoints);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, heads, batches, scan, total.seconds());
    }
}

void add_options(CLI::App& app, SeedsOptions& options) {
    add_selection(app, "--fixed-batches", options.batches, {128, 512, 2048, 8192}, "sizes of the fixed batches");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
}

}  // namespace

int main(int argc, char** argv) {
    SeedsOptions options;
    return run_program(
        argc, argv,
        "Trains one layer of one and of two heads from several random beginnings, and one layer on fixed batches of "
        "tasks.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}
