// SPDX-License-Identifier: MIT
// Is a trained model a learning rule, or does it know only the prompts that it was trained on?
//
//   setting     models of one layer, of two looped layers and of five layers of their own, trained as in one_step and depth
//   shown       what they never saw: inputs and targets of another size, inputs of other laws, targets that are noise
//   compared    with as many steps of gradient descent and of GD++, their rates fitted to the tasks of training
//   look for    the curves of a model and of its rule stay together where the rule itself fails; deep layers of their own
//               fit the tasks of training better than their rule, and leave it elsewhere
//
// Figure 2d and 6a: larger_inputs_*.svg, larger_targets_*.svg; 6 and 7 right: unseen_inputs_*.svg; noisy_targets_*.svg is
// in the code of the paper only.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/selection.hpp"
#include "common/shifts.hpp"
#include "common/weights.hpp"
#include "deep_models/model.hpp"
#include "inputs/ridge.hpp"
#include "tools/csv.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct InputsOptions {
    CommonOptions common{.steps = 0,  // as many as the paper
                         .eval_every = 1000,
                         .out = "out/inputs",
                         .quick_defaults = {.steps = 3000, .batch = 512}};
    CheckpointOptions checkpoint{};
    std::vector<int> layers{};
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(InputsOptions const& options) {
    return {{"layers", options.layers}};
}

/// As many steps as the paper trains a model for.
CommonOptions training_of(InputsOptions const& options, DeepModel const& model) {
    CommonOptions result = options.common;
    if (result.steps == 0) {
        result.steps = model.looped ? 5'000 : 50'000;
    }
    return result;
}

// -------------------------------------------------------------------------------------------------------- the models ----

/// A model and its rules, of which only the losses are wanted.
struct Predictors {
    int layers = 0;
    std::string title{};
    Loss gd{};
    Loss gdpp{};
    std::vector<DeepRun<LossAlone>> trained{};  // of each seed
    Rules rules{};
    double seconds_training = 0;
};

Predictors trained(DeepModel const& model, InputsOptions const& options, Checkpoint& checkpoint,
                   Evaluation<sizes> const& evaluation, Workers& workers) {
    Predictors result{.layers = model.number, .title = model.title()};
    result.rules = model.fitted_rules(evaluation, options.common.quiet, workers);
    result.gd = model.gradient_descent(result.rules);
    result.gdpp = model.plus_plus(result.rules);
    result.trained = model.trained(training_of(options, model), result.title, evaluation, checkpoint, workers);
    result.seconds_training = mean(of_runs(result.trained, [](auto& run) { return run.seconds_training; }));
    return result;
}

// -------------------------------------------------------------------------------------- tasks unlike those of training ----

/// The losses of everything, at every value of a shift.
struct ModelLosses {
    std::vector<double> gd{};
    std::vector<double> gdpp{};
    std::vector<double> trained{};  // the mean over seeds
    std::vector<double> deviation{};
};

struct ShiftLosses {
    std::vector<ModelLosses> of_models{};
    std::vector<double> ridge{};
};

ShiftLosses losses_under(Shift const& shift, std::vector<Predictors> const& models) {
    ShiftLosses result;
    result.of_models.resize(models.size());
    for (double const value : shift.values) {
        Evaluation<sizes> const tasks = shift.tasks(value);
        for (std::size_t i = 0; i < models.size(); ++i) {
            auto const trained = of_runs(models[i].trained, [&](auto& run) { return run.loss(tasks); });
            result.of_models[i].gd.push_back(models[i].gd(tasks));
            result.of_models[i].gdpp.push_back(models[i].gdpp(tasks));
            result.of_models[i].trained.push_back(mean(trained));
            result.of_models[i].deviation.push_back(standard_deviation(trained));
        }
        if (shift.has_ridge) {
            result.ridge.push_back(ridge_loss(tasks));
        }
    }
    return result;
}

// ------------------------------------------------------------------------------------------------------------ results ----

std::string csv_of(Shift const& shift, ShiftLosses const& losses, std::vector<Predictors> const& models) {
    std::vector<Column> columns{{"value", shift.values}};
    for (std::size_t i = 0; i < models.size(); ++i) {
        std::string const of_model = "_" + std::to_string(models[i].layers);
        columns.push_back({"loss_gd" + of_model, losses.of_models[i].gd});
        columns.push_back({"loss_gdpp" + of_model, losses.of_models[i].gdpp});
        columns.push_back({"loss_trained" + of_model, losses.of_models[i].trained});
        columns.push_back({"loss_trained_deviation" + of_model, losses.of_models[i].deviation});
    }
    if (shift.has_ridge) {
        columns.push_back({"loss_ridge", losses.ridge});
    }
    return csv_text(columns);
}

void draw_figures(OutputDirectory const& directory, Shift const& shift, ShiftLosses const& losses,
                  std::vector<Predictors> const& models) {
    Figures figures(directory);
    for (std::size_t i = 0; i < models.size(); ++i) {
        ModelLosses const& of_model = losses.of_models[i];
        std::string const steps =
            std::to_string(models[i].layers) + (models[i].layers == 1 ? " step of " : " steps of ");
        std::vector<double> const& rule = models[i].layers > 1 ? of_model.gdpp : of_model.gd;
        std::string const rule_name = steps + (models[i].layers > 1 ? "GD++" : "gradient descent");
        auto const relative = [&](std::vector<double> losses_of) {
            for (std::size_t at = 0; at < losses_of.size(); ++at) {
                losses_of[at] /= rule[at];
            }
            return losses_of;
        };
        std::vector<double> const trained = relative(of_model.trained);
        LineChart chart{.title = shift_title(models[i].title, shift, trained, rule_name),
                        .note = "10,000 tasks at each point; nothing is trained or fitted anew.",
                        .x = {.label = shift.label},
                        .series = {{.name = "trained", .x = shift.values, .y = trained}},
                        .references = {{.label = rule_name, .y = 1}}};
        if (models[i].trained.size() > 1) {
            chart.series.back().deviation = relative(of_model.deviation);
            chart.series.back().seeds = models[i].trained.size();
        }
        if (models[i].layers > 1) {
            chart.series.push_back({.name = steps + "gradient descent", .x = shift.values, .y = relative(of_model.gd)});
        }
        if (shift.has_ridge) {
            chart.series.push_back(
                {.name = "ridge regression, best penalty", .x = shift.values, .y = relative(losses.ridge)});
        }
        chart.y = ratio_axis(rule_name, chart.series);
        figures.draw(shift.name + "_" + std::to_string(models[i].layers) + ".svg", chart);
    }
}

/// What the trained model loses against its rule, as a factor: the rule is GD++, which for one layer is gradient descent.
double factor(ModelLosses const& losses, std::size_t value) {
    return losses.trained[value] / losses.gdpp[value];
}

nlohmann::ordered_json json_of(Predictors const& model) {
    nlohmann::ordered_json json{{"loss_gd", model.rules.gd.loss},
                                {"learning_rate_gd", model.rules.gd.learning_rate},
                                {"loss_gdpp", model.rules.loss_gdpp}};
    for (StepRates const& rates : model.rules.gdpp) {
        json["learning_rate_gdpp"].push_back(rates.learning_rate);
        json["gamma_gdpp"].push_back(rates.gamma);
    }
    json["seconds_training"] = model.seconds_training;
    return json;
}

/// The losses up to the first that is not finite, which JSON cannot hold; the tables hold all.
std::vector<double> finite(std::vector<double> const& values) {
    return {values.begin(),
            std::find_if_not(values.begin(), values.end(), [](double value) { return std::isfinite(value); })};
}

void print_summary(InputsOptions const& options, std::vector<Shift> const& shifts,
                   std::vector<ShiftLosses> const& losses, std::vector<Predictors> const& models, double seconds) {
    for (std::size_t s = 0; s < shifts.size(); ++s) {
        std::printf("\n%s: %s\n", shifts[s].title.c_str(), shifts[s].label.c_str());
        for (std::size_t i = 0; i < models.size(); ++i) {
            ModelLosses const& of_model = losses[s].of_models[i];
            std::printf("  %-16s", models[i].title.c_str());
            std::size_t const count = shifts[s].values.size();
            for (std::size_t value : {std::size_t{0}, count / 4, count / 2, 3 * count / 4, count - 1}) {
                std::printf("  at %-4g %.4g (%.2f x rule)", shifts[s].values[value], of_model.trained[value],
                            factor(of_model, value));
            }
            std::printf("\n");
        }
    }
    std::printf("\nrule: as many steps of GD++, for one layer one step of gradient descent\n");
    double seconds_training = 0;
    for (Predictors const& model : models) {
        seconds_training += model.seconds_training;
    }
    std::printf("%s\n", times_text(duration_text(seconds_training) + " per seed", seconds, options.common).c_str());
}

// --------------------------------------------------------------------------------------------------------------- main ----

void run(InputsOptions const& options) {
    Stopwatch total;
    total.start();
    std::vector<DeepModel> const chosen = Linked<DeepModel>::chosen(options.layers);
    std::vector<CheckpointedModel> checkpointed;
    for (DeepModel const& model : chosen) {
        checkpointed.push_back(
            {.name = std::to_string(model.number) + (model.looped && model.number > 1 ? "_looped" : ""),
             .steps = training_of(options, model).steps});
    }
    OutputDirectory const directory =
        opened_directory("inputs", options.common, options.checkpoint, own_parameters(options));
    auto checkpoints = checkpoints_of_models("inputs", options.common, options.checkpoint,
                                             nlohmann::ordered_json::object(), checkpointed);
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);

    if (!options.common.quiet) {
        double seconds = 0;
        auto checkpoint = checkpoints.begin();
        for (DeepModel const& model : chosen) {
            seconds += model.seconds_to_train(training_of(options, model), *checkpoint++, workers);
        }
        std::printf("training models of %s layers: about %s\n", list_text(options.layers).c_str(),
                    duration_text(seconds).c_str());
        std::fflush(stdout);
    }
    std::vector<Predictors> models;
    for (DeepModel const& model : chosen) {
        models.push_back(trained(model, options, checkpoints[models.size()], evaluation, workers));
    }

    auto record = run_record("inputs", options.common, options.checkpoint, own_parameters(options));
    nlohmann::ordered_json weights;
    for (Predictors const& model : models) {
        record["models"][model.title] = json_of(model);
        add_weights(weights[model.title], model.trained);
    }
    directory.write("weights.json", json_text(weights));

    std::vector<Shift> const shifts = all_shifts(workers);
    std::vector<ShiftLosses> losses;
    for (Shift const& shift : shifts) {
        losses.push_back(losses_under(shift, models));
        directory.write(shift.name + ".csv", csv_of(shift, losses.back(), models));
        draw_figures(directory, shift, losses.back(), models);
        auto& json = record[shift.name];
        json["value"] = shift.values;
        for (std::size_t i = 0; i < models.size(); ++i) {
            ModelLosses const& of_model = losses.back().of_models[i];
            json[models[i].title] = {{"loss_gd", finite(of_model.gd)},
                                     {"loss_gdpp", finite(of_model.gdpp)},
                                     {"loss_trained", finite(of_model.trained)},
                                     {"loss_trained_deviation", finite(of_model.deviation)}};
        }
        if (shift.has_ridge) {
            json["loss_ridge"] = losses.back().ridge;
        }
    }
    total.stop();
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoints);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, shifts, losses, models, total.seconds());
    }
}

void add_options(CLI::App& app, InputsOptions& options) {
    add_selection(app, "--layers", options.layers, Linked<DeepModel>::numbers(),
                  "1; 2: looped; 5: layers of their own");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
    set_default_text(app, "--steps", "5000; layers of their own 50000");
}

}  // namespace

int main(int argc, char** argv) {
    InputsOptions options;
    return run_program(
        argc, argv,
        "Shows trained models tasks that are unlike those of their training, and compares them with learning rules.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}
