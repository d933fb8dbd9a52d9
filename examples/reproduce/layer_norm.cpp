// SPDX-License-Identifier: MIT
// What does linear self-attention learn behind a LayerNorm, which divides every token by its size?
//
//   setting     that of one_step; one layer behind a LayerNorm, or two layers of their own, the second behind a LayerNorm
//   compared    with as many steps of gradient descent, and two layers with two steps of GD++
//   look for    one layer does not reach gradient descent, two do not reach GD++; on much larger inputs both are better, for
//               what is normalised does not grow
//
// Figure 14: loss.svg, alignment.svg, larger_inputs.svg.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/shifts.hpp"
#include "common/weights.hpp"
#include "layer_norm/model.hpp"
#include "tools/charts.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct LayerNormOptions {
    CommonOptions common{.steps = 15'000, .eval_every = 25, .quick_defaults = {.steps = 3000, .batch = 512}};
    CheckpointOptions checkpoint{};
    int layers = 1;
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(LayerNormOptions const& options) {
    return {{"layers", options.layers}};
}

// ------------------------------------------------------------------------------------------------------------ results ----

std::string title_of(int layers) {
    return layers == 1 ? "one layer behind a LayerNorm" : "two layers, the second behind a LayerNorm";
}

std::string gd_of(int layers) {
    return layers == 1 ? "one step of gradient descent" : "two steps of gradient descent";
}

void draw_figures(OutputDirectory const& directory, int layers, std::vector<LayerNormRun> const& runs, double loss_gd,
                  double loss_gdpp) {
    Figures figures(directory);
    double const final_loss = mean(last_of_runs(runs, [](auto& at) { return at.loss_trained; }));
    std::string const after = "After " + grouped_text(runs.front().last().step) + " steps of training ";
    double const baseline = layers == 1 ? loss_gd : loss_gdpp;
    std::string const of_baseline = layers == 1 ? gd_of(layers) : "two steps of GD++";
    LineChart loss{
        .title = after + title_of(layers) + (layers == 1 ? " is " : ", are ") + percent_text(final_loss, baseline) +
                 " " + of_baseline,
        .note = "Loss on 10,000 tasks.",
        .x = step_axis(runs),
        .y = {.label = "loss above that of " + of_baseline + " (%)", .logarithmic = true},
        .series = {series("trained", runs, [&](auto& at) { return percent_above(at.loss_trained, baseline); })}};
    auto const cosine = last_of_runs(runs, [](auto& at) { return at.cosine; });
    LineChart alignment{.title = after + title_of(layers) + (layers == 1 ? " has" : ", have") +
                                 " sensitivities of the cosine " + fixed_text(mean(cosine), 3) +
                                 " with gradient descent",
                        .x = step_axis(runs),
                        .y_below = {.label = "mean difference from gradient descent", .least = 0},
                        .series = {series("with gradient descent", runs, [](auto& at) { return at.cosine; }),
                                   series("sensitivities", runs, [](auto& at) { return at.sensitivity_difference; }),
                                   series("predictions", runs, [](auto& at) { return at.prediction_difference; })}};
    alignment.series[1].below = alignment.series[2].below = true;
    if (layers > 1) {
        loss.references.push_back({.label = gd_of(layers), .y = percent_above(loss_gd, baseline)});
        alignment.series.push_back(series("with GD++", runs, [](auto& at) { return at.cosine_gdpp; }));
        alignment.series.back().dashed = true;
    }
    figures.draw("loss.svg", loss);
    alignment.y = cosine_axis("cosine of sensitivities", cosine, alignment.series);
    figures.draw("alignment.svg", alignment);
}

/// The first range of inputs, beyond that of training, from which on the trained model is the better one; 0 if none.
double better_from(Shift const& shift, PredictorLosses const& rule, PredictorLosses const& trained) {
    double from = 0;
    for (std::size_t i = shift.values.size(); i > 0 && shift.values[i - 1] > 1; --i) {
        if (!(trained.loss[i - 1] < rule.loss[i - 1])) {
            break;
        }
        from = shift.values[i - 1];
    }
    return from;
}

void print_summary(LayerNormOptions const& options, LayerNormRules const& rules, nlohmann::ordered_json const& record) {
    auto const value = [&](char const* name) { return statistic_in(record, name); };
    auto const& shift = record["larger_inputs"];
    std::printf("\n                                loss       learning rate\n");
    std::printf("%-30s  %.6f   %.4f     best on these tasks\n", gd_of(options.layers).c_str(), rules.gd.loss,
                rules.gd.learning_rate);
    if (options.layers > 1) {
        std::printf("two steps of GD++               %.6f   %.4f     gamma %.4f, fitted to other tasks\n",
                    value("loss_gdpp"), rules.gdpp.learning_rate, rules.gdpp.gamma);
    }
    std::printf("trained                         %.6f              %+.2f %% of gradient descent", value("loss_trained"),
                100 * (value("loss_trained") / rules.gd.loss - 1));
    if (options.layers > 1) {
        std::printf(", %+.2f %% of GD++", 100 * (value("loss_trained") / value("loss_gdpp") - 1));
    }
    std::printf("\n\ncosine of sensitivities    %.5f with gradient descent", value("cosine"));
    if (options.layers > 1) {
        std::printf(", %.5f with GD++", value("cosine_gdpp"));
    }
    std::printf("\n");
    std::string const better =
        value("better_from") > 0
            ? "better than gradient descent from α = " + fixed_text(value("better_from"), 2) + " on"
            : "not better than gradient descent";
    std::printf("inputs in (-α/2, α/2)      %s; at α = %g: %.4g, gradient descent %.4g\n", better.c_str(),
                shift["value"].back().get<double>(), shift["loss_trained"].back().get<double>(),
                shift["loss_gd"].back().get<double>());
    std::printf("%s\n", times_text(duration_text(value("seconds_training")) + " per seed", value("seconds_total"),
                                   options.common)
                            .c_str());
}

// --------------------------------------------------------------------------------------------------------------- main ----

void layer_norm(LayerNormOptions const& options, LayerNormModel const& model) {
    Stopwatch total;
    total.start();
    OutputDirectory const directory =
        opened_directory("layer_norm", options.common, options.checkpoint, own_parameters(options));
    Checkpoint checkpoint("layer_norm", options.common, options.checkpoint, own_parameters(options));
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);
    LayerNormRules const rules = model.fitted_rules(evaluation);
    Loss const gd = model.gradient_descent(rules);
    Loss const gdpp = model.plus_plus(rules);
    double const loss_gdpp = gdpp(evaluation);

    if (!options.common.quiet) {
        std::printf("training %s: about %s, beside measuring\n", title_of(options.layers).c_str(),
                    duration_text(model.seconds_to_train(options.common, checkpoint, workers)).c_str());
        std::fflush(stdout);
    }
    auto const runs = model.trained(rules, options.common, evaluation, checkpoint, workers);

    directory.write("curves.csv", curves_csv(runs));
    nlohmann::ordered_json weights;
    add_weights(weights, runs);
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, options.layers, runs, rules.gd.loss, loss_gdpp);

    auto record = run_record("layer_norm", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(options.layers, options.common.batch);
    record["loss_gd"] = rules.gd.loss;
    record["learning_rate_gd"] = rules.gd.learning_rate;
    if (options.layers > 1) {
        record["loss_gdpp"] = loss_gdpp;
        record["learning_rate_gdpp"] = rules.gdpp.learning_rate;
        record["gamma_gdpp"] = rules.gdpp.gamma;
    }
    add_results(record, runs);

    std::vector<Predictor> predictors{{gd_of(options.layers), "loss_gd", {gd}}};
    if (options.layers > 1) {
        predictors.push_back({"two steps of GD++", "loss_gdpp", {gdpp}});
    }
    predictors.push_back({"trained", "loss_trained", {}});
    for (LayerNormRun const& run : runs) {
        predictors.back().of_seeds.push_back(run.loss);
    }
    Shift const shift = larger_inputs(workers, fractions(2, 1, 16, 4));
    auto const losses = losses_under(shift, predictors);
    directory.write(shift.name + ".csv", shift_csv(shift, predictors, losses));
    double const from = better_from(shift, losses.front(), losses.back());
    std::string const title = from > 0 ? "On inputs " + fixed_text(from, 2) +
                                             " times as large as in training, and larger, " + title_of(options.layers) +
                                             (options.layers == 1 ? " beats " : ", beat ") + gd_of(options.layers)
                                       : "";
    LineChart chart = shift_chart(title_of(options.layers), shift, predictors, losses);
    chart.title = title.empty() ? chart.title : title;
    Figures(directory).draw(shift.name + ".svg", chart);
    record["better_from"] = from;
    record[shift.name] = shift_json(shift, predictors, losses);
    total.stop();
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoint);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, rules, record);
    }
}

void run(LayerNormOptions options) {
    if (options.common.out.empty()) {
        options.common.out = "out/layer_norm_" + std::to_string(options.layers);
    }
    auto const& models = Linked<LayerNormModel>::models();
    layer_norm(options, *std::find_if(models.begin(), models.end(),
                                      [&](LayerNormModel const& model) { return model.number == options.layers; }));
}

void add_options(CLI::App& app, LayerNormOptions& options) {
    add_whole_number(app, "--layers", options.layers, {1, 2},
                     "1: one layer behind a LayerNorm; 2: two layers, the second behind one");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
    set_default_text(app, "--out", "out/layer_norm_<layers>");
}

}  // namespace

int main(int argc, char** argv) {
    LayerNormOptions options;
    return run_program(
        argc, argv, "Trains linear self-attention behind a LayerNorm and compares it with gradient descent.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}
