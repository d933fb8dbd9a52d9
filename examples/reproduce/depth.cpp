// SPDX-License-Identifier: MIT
// What do several layers of linear self-attention become when they are merely trained to predict?
//
//   setting     that of one_step: 10 examples of y = w x per prompt, fresh prompts in every step
//   trained     one layer applied K times (--looped), or K layers of their own
//   compared    with K steps of gradient descent, and with K steps of GD++, which also improves the conditioning of its
//               data: x <- (I - gamma X X^T) x
//   look for    the loss leaves gradient descent behind and meets GD++; the sensitivities align with those of GD++
//
// Figure 3a and 6b (--layers 2 --looped), 3b and 6c (--layers 5), 7 (--layers 10 --looped), 9: loss.svg, alignment.svg,
// weights.svg.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/weights.hpp"
#include "deep_models/model.hpp"
#include "incontext/experiment/interpolation.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct DepthOptions {
    CommonOptions common{.steps = 0, .quick_defaults = {.steps = 3000, .batch = 512}};  // 0 steps: as many as the paper
    CheckpointOptions checkpoint{};
    int layers = 2;
    bool looped = false;
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(DepthOptions const& options) {
    return {{"layers", options.layers}, {"looped", options.looped}};
}

// ------------------------------------------------------------------------------------------------------------ results ----

struct Results {
    std::string title{};
    Rules rules{};
    std::vector<DeepRun<WithRules>> runs{};
};

void draw_figures(OutputDirectory const& directory, DepthOptions const& options, Results const& results) {
    Figures figures(directory);
    auto const& runs = results.runs;
    Rules const& rules = results.rules;
    std::string const steps = std::to_string(options.layers) + " steps of ";
    double const final_loss = mean(last_of_runs(runs, [](auto& at) { return at.loss_trained; }));
    double const best_rule = options.looped ? rules.loss_gdpp_shared : rules.loss_gdpp;

    // Looped layers come to GD++ from above, so the excess shows how near. Untied layers pass it: there the ratio to gradient
    // descent shows by how much.
    auto const shown = [&](double loss) {
        return options.looped ? percent_above(loss, best_rule) : loss / rules.gd.loss;
    };
    Series middle =
        series("mean of its weights and those of GD++", runs, [&](auto& at) { return shown(at.loss_interpolated); });
    middle.dashed = true;
    LineChart loss{
        .title = "After " + grouped_text(runs.front().last().step) + " steps of training " + results.title + " are " +
                 percent_text(final_loss, rules.gd.loss) + " gradient descent and " +
                 percent_text(final_loss, best_rule) + " GD++",
        .note = "Loss on 10,000 tasks. Gradient descent and GD++ make as many steps as there are layers" +
                std::string(options.looped ? "."
                                           : "; GD++ with one pair of rates for all (shared), and a pair for "
                                             "each (own)."),
        .x = step_axis(runs),
        .y = {.label = options.looped ? "loss above that of GD++ (%)" : "loss, that of gradient descent = 1",
              .logarithmic = true},
        .series = {series("trained", runs, [&](auto& at) { return shown(at.loss_trained); })},
        .references = {{.label = "gradient descent", .y = shown(rules.gd.loss)}}};
    loss.y.greatest = 1.5 * shown(runs.front().curve.front().loss_trained);  // the mean of weights begins far above
    if (options.looped) {
        loss.series.push_back(middle);
    } else {
        loss.references.push_back({.label = "GD++, shared rates", .y = shown(rules.loss_gdpp_shared)});
        loss.references.push_back({.label = "GD++, own rates", .y = shown(rules.loss_gdpp)});
    }
    figures.draw("loss.svg", loss);

    auto const cosine_gdpp = last_of_runs(runs, [](auto& at) { return at.cosine_gdpp; });
    auto const cosine_gd = last_of_runs(runs, [](auto& at) { return at.cosine_gd; });
    LineChart alignment{
        .title = "The sensitivities have the cosine " + fixed_text(mean(cosine_gdpp), 4) + " with those of GD++, and " +
                 fixed_text(mean(cosine_gd), 4) + " with those of gradient descent",
        .note = "A sensitivity is the derivative of a prediction by the query. Means over 10,000 tasks, after " +
                grouped_text(runs.front().last().step) + " steps of training " + results.title + ".",
        .x = step_axis(runs),
        .y_below = {.label = "mean difference", .least = 0}};
    auto const add = [&](std::string const& name, std::size_t colour, auto const& value, bool dashed, bool below) {
        alignment.series.push_back(series(name, runs, value));
        alignment.series.back().dashed = dashed;
        alignment.series.back().below = below;
        alignment.series.back().colour = colour;
    };
    add(
        "with GD++", 0, [](auto& at) { return at.cosine_gdpp; }, false, false);
    add(
        "with gradient descent", 0, [](auto& at) { return at.cosine_gd; }, true, false);
    add(
        "sensitivities, GD++", 0, [](auto& at) { return at.sensitivity_difference_gdpp; }, false, true);
    add(
        "sensitivities, gradient descent", 0, [](auto& at) { return at.sensitivity_difference_gd; }, true, true);
    add(
        "predictions, GD++", 1, [](auto& at) { return at.prediction_difference_gdpp; }, false, true);
    add(
        "predictions, gradient descent", 1, [](auto& at) { return at.prediction_difference_gd; }, true, true);
    alignment.y = cosine_axis("cosine of sensitivities", {mean(cosine_gdpp), mean(cosine_gd)}, alignment.series);
    figures.draw("alignment.svg", alignment);

    // The layers from left to right, what they attend to above what they write.
    auto const& layers = results.runs.front().layers;
    HeatMaps weights{
        .note =
            "x: the ten entries of an input, y: its target. W_Kᵀ W_Q is scaled to a mean of 1 on the diagonal "
            "of x. Each matrix has its own scale of colours. Seed " +
            std::to_string(runs.front().seed) + ".",
        .panels_per_row = std::max(2, static_cast<int>(layers.size())),
        .own_colours = true};
    double beside_in_key_query = 0;
    double beside_in_output_value = 0;
    std::vector<HeatMap> written;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        auto products = merged(layers[i]);
        try {
            products = normalised<sizes, float>(products);
        } catch (std::domain_error const&) {
            // shown with the scale that they have
        }
        std::string const prefix = options.looped ? "" : "layer " + std::to_string(i + 1) + " ";
        weights.panels.push_back({.title = prefix + "W_Kᵀ W_Q",
                                  .rows = rows_of_matrix(products.key_query),
                                  .row_parts = token_parts(),
                                  .column_parts = token_parts()});
        beside_in_key_query =
            std::max(beside_in_key_query, percent_beside_diagonal(rows_of_matrix(products.key_query)));
        beside_in_output_value =
            std::max(beside_in_output_value, percent_beside_diagonal(rows_of_matrix(products.output_value)));
        written.push_back({.title = prefix + "P W_V",
                           .rows = rows_of_matrix(products.output_value),
                           .row_parts = token_parts(),
                           .column_parts = token_parts()});
    }
    weights.title = results.title + ": entries beside the diagonals come to " + fixed_text(beside_in_key_query, 1) +
                    " % of the largest on them in W_Kᵀ W_Q, and to " + fixed_text(beside_in_output_value, 1) +
                    " % in P W_V";
    weights.panels.insert(weights.panels.end(), written.begin(), written.end());
    figures.draw("weights.svg", weights);
}

nlohmann::ordered_json record_of(DepthOptions const& options, Results const& results) {
    auto record = run_record("depth", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(options.layers, options.common.batch);
    Rules const& rules = results.rules;
    record["loss_gd"] = rules.gd.loss;
    record["learning_rate_gd"] = rules.gd.learning_rate;
    record["loss_gdpp"] = rules.loss_gdpp;
    if (options.looped) {
        record["learning_rate_gdpp"] = rules.gdpp.front().learning_rate;
        record["gamma_gdpp"] = rules.gdpp.front().gamma;
    } else {
        for (StepRates const& rates : rules.gdpp) {
            record["learning_rate_gdpp"].push_back(rates.learning_rate);
            record["gamma_gdpp"].push_back(rates.gamma);
        }
        record["loss_gdpp_shared"] = rules.loss_gdpp_shared;
        record["learning_rate_gdpp_shared"] = rules.gdpp_shared.learning_rate;
        record["gamma_gdpp_shared"] = rules.gdpp_shared.gamma;
    }
    add_results(record, results.runs);
    return record;
}

void print_summary(DepthOptions const& options, Results const& results, nlohmann::ordered_json const& record) {
    auto const value = [&](char const* name) { return statistic_in(record, name); };
    Rules const& rules = results.rules;
    std::string const steps = std::to_string(options.layers) + " steps of ";
    std::printf("\n                                              loss       cosine    rate     gamma\n");
    std::printf("%-44s  %.6f   %.5f   %.4f\n", (steps + "gradient descent, best rate").c_str(), rules.gd.loss,
                value("cosine_gd"), rules.gd.learning_rate);
    std::printf("%-44s  %.6f   %.5f   %.4f   %.4f\n", (steps + "GD++, fitted").c_str(), rules.loss_gdpp_shared,
                value("cosine_gdpp_shared"), rules.gdpp_shared.learning_rate, rules.gdpp_shared.gamma);
    if (!options.looped) {
        std::printf("%-44s  %.6f   %.5f\n", (steps + "GD++, fitted, rates of their own").c_str(), rules.loss_gdpp,
                    value("cosine_gdpp"));
    }
    std::printf("%-44s  %.6f             %+.2f %% of GD++, %+.2f %% of gradient descent\n",
                (results.title + ", trained").c_str(), value("loss_trained"),
                100 * (value("loss_trained") / rules.loss_gdpp - 1), 100 * (value("loss_trained") / rules.gd.loss - 1));
    std::printf("%-44s  %.6f\n\n", "mean of its weights and GD++'s", value("loss_interpolated"));
    std::printf("from GD++, difference of sensitivities %.4f, of predictions %.4f\n",
                value("sensitivity_difference_gdpp"), value("prediction_difference_gdpp"));
    std::printf("%s\n", times_text(training_text(value("seconds_training"), options.common), value("seconds_total"),
                                   options.common)
                            .c_str());
}

void depth(DepthOptions const& options, DeepModel const& model) {
    Stopwatch total;
    total.start();
    OutputDirectory const directory =
        opened_directory("depth", options.common, options.checkpoint, own_parameters(options));
    Checkpoint checkpoint("depth", options.common, options.checkpoint, own_parameters(options));
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);
    Results results{.title = model.title()};
    results.rules = model.fitted_rules(evaluation, options.common.quiet, workers);
    results.runs = model.trained_beside(results.rules, options.common, evaluation, checkpoint, workers);
    nlohmann::ordered_json weights;
    add_weights(weights, results.runs);
    directory.write("weights.json", json_text(weights));
    directory.write("curves.csv", curves_csv(results.runs));
    draw_figures(directory, options, results);
    total.stop();

    auto record = record_of(options, results);
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoint);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, results, record);
    }
}

// ------------------------------------------------------------------------------------------------------- command line ----

/// The steps of the paper: looped layers need fewer, but for ten of them.
int paper_steps(DepthOptions const& options) {
    return !options.looped ? 50'000 : options.layers > 5 ? 15'000 : 5'000;
}

/// The depths that models of one kind are linked for.
std::string depths_of(bool looped) {
    std::string list;
    for (DeepModel const& model : Linked<DeepModel>::models()) {
        if (model.looped == looped) {
            list += (list.empty() ? "" : ", ") + std::to_string(model.number);
        }
    }
    return list;
}

void add_options(CLI::App& app, DepthOptions& options) {
    add_whole_number(app, "--layers", options.layers, {1, 1'000},
                     "layers: " + depths_of(true) + " looped, " + depths_of(false) + " of their own");
    add_flag(app, "--looped", options.looped, "one layer, applied that many times");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
    set_default_text(app, "--steps", "50000; looped 5000, 10 looped 15000");
    set_default_text(app, "--out", "out/depth_<layers>[_looped]");
}

/// Trains the model that is asked for.
void run(DepthOptions options) {
    if (options.common.steps == 0) {
        options.common.steps = paper_steps(options);
    }
    if (options.common.out.empty()) {
        options.common.out = "out/depth_" + std::to_string(options.layers) + (options.looped ? "_looped" : "");
    }
    auto const& models = Linked<DeepModel>::models();
    auto const model = std::find_if(models.begin(), models.end(), [&](DeepModel const& of) {
        return of.number == options.layers && of.looped == options.looped;
    });
    if (model == models.end()) {
        throw UsageError("--layers " + std::to_string(options.layers) + (options.looped ? " --looped" : "") +
                         " is none of the models compiled in, which are --layers " + depths_of(true) +
                         " with --looped and --layers " + depths_of(false) + " without");
    }
    depth(options, *model);
}

}  // namespace

int main(int argc, char** argv) {
    DepthOptions options;
    return run_program(
        argc, argv,
        "Trains several layers of linear self-attention, looped or of their own, and compares them with as many steps "
        "of "
        "gradient descent and of GD++.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}
