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
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/hana/define_struct.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/unpack.hpp>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/deep_models.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/selection.hpp"
#include "common/training_runs.hpp"
#include "common/weights.hpp"
#include "incontext/incontext.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

namespace hana = boost::hana;
using namespace incontext;
using namespace reproduce;

struct InputsOptions {
    CommonOptions common{.steps = 0, .eval_every = 1000, .out = "out/inputs"};  // 0 steps: as many as the paper
    CheckpointOptions checkpoint{};
    std::vector<int> layers{};
};

constexpr auto compiled_models = hana::make_tuple(DeepModel<1, true>{}, DeepModel<2, true>{}, DeepModel<5, false>{});

/// Calls see(DeepModel) for the models that were chosen.
template <class See>
void for_each_model(InputsOptions const& options, See const& see) {
    hana::for_each(compiled_models, [&](auto model) {
        if (is_among(options.layers, decltype(model)::layers)) {
            see(model);
        }
    });
}

/// As many steps as the paper trains a model for.
template <class ADeepModel>
CommonOptions training_of(InputsOptions const& options) {
    CommonOptions result = options.common;
    if (result.steps == 0) {
        result.steps = ADeepModel::looped ? 5'000 : 50'000;
    }
    return result;
}

// -------------------------------------------------------------------------------------------------------- the models ----

/// The loss of a predictor on some tasks.
using Loss = std::function<double(Evaluation<sizes> const&)>;

template <class Update>
Loss loss_of(Update const& update) {
    return [update](Evaluation<sizes> const& evaluation) { return evaluation.loss(update); };
}

/// A model and its rules, of which only the losses are wanted.
struct Predictors {
    int layers = 0;
    std::string title{};
    Loss gd{};
    Loss gdpp{};
    std::vector<Loss> trained{};  // of each seed
    Rules rules{};
    double seconds_training = 0;
    nlohmann::ordered_json weights{};
};

struct Measured {
    BOOST_HANA_DEFINE_STRUCT(Measured,
        (double, step),
        (double, loss_trained));
};

template <class ADeepModel>
Predictors trained(InputsOptions const& options, Checkpoint& checkpoint, Evaluation<sizes> const& evaluation,
                   Workers& workers) {
    using Model = typename ADeepModel::Model;
    Predictors result{.layers = ADeepModel::layers, .title = ADeepModel::title()};
    result.rules = fitted_rules<ADeepModel>(evaluation, options.common.quiet, workers);
    result.gd = loss_of(gradient_descent<ADeepModel::layers>(result.rules.gd.learning_rate));
    result.gdpp = loss_of(plus_plus_beside<ADeepModel>(result.rules));
    auto const measured = [&](long step, Model const& model) {
        return Measured{.step = static_cast<double>(step), .loss_trained = evaluation.loss(model)};
    };
    auto const runs = train_runs<Model, Measured>(ADeepModel::layers, training_of<ADeepModel>(options), measured, workers,
                                                  &checkpoint, result.title);
    for (auto const& run : runs) {
        result.trained.push_back(loss_of(run.model()));
        result.seconds_training += run.seconds_training / static_cast<double>(runs.size());
        result.weights["seed " + std::to_string(run.seed)] = weights_json(run.model());
    }
    return result;
}

// -------------------------------------------------------------------------------------- tasks unlike those of training ----

/// One way to be unlike them, by a number.
struct Shift {
    std::string name{};   // in files
    std::string title{};  // of figures
    std::string label{};  // of the number
    std::vector<double> values{};
    std::function<Evaluation<sizes>(double)> tasks{};
    bool has_ridge = false;  // where no rule is right, regression with a penalty is shown beside
};

/// first / parts, (first + step) / parts, ... last / parts: each the nearest double, whatever the compiler fuses.
std::vector<double> fractions(int first, int step, int last, double parts) {
    std::vector<double> values;
    for (int i = first; i <= last; i += step) {
        values.push_back(i / parts);
    }
    return values;
}

std::vector<Shift> all_shifts(Workers& workers) {
    return {{.name = "larger_inputs",
             .title = "larger and smaller inputs",
             .label = "inputs uniform in (-α/2, α/2): α (training: 1)",
             .values = fractions(5, 1, 20, 10),
             .tasks = [&](double range) {
                 return Evaluation<sizes>(workers, LinearRegression{.input_range = static_cast<float>(range)});
             }},
            {.name = "larger_targets",
             .title = "larger and smaller targets",
             .label = "teachers α w: α (training: 1)",
             .values = fractions(1, 1, 10, 2),
             .tasks = [&](double scale) {
                 return Evaluation<sizes>(workers, LinearRegression{.target_scale = static_cast<float>(scale)});
             }},
            {.name = "unseen_inputs",
             .title = "inputs of laws that were never seen",
             .label = "exponential, normal or Laplace, |X| = α (training: about 2.9)",
             .values = fractions(2, 1, 20, 4),
             .tasks = [&](double scale) {
                 return Evaluation<sizes>(workers, UnseenInputs{.scale = static_cast<float>(scale)});
             }},
            {.name = "noisy_targets",
             .title = "targets that say nothing",
             .label = "of 10 context tokens, how many have a y ~ N(0, 1)",
             .values = {0, 2, 4, 6, 8},
             .tasks = [&](double count) {
                 return Evaluation<sizes>(workers, NoisyTargets{.noisy_tokens = static_cast<int>(count)});
             },
             .has_ridge = true}};
}

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
            std::vector<double> trained;
            for (Loss const& loss : models[i].trained) {
                trained.push_back(loss(tasks));
            }
            result.of_models[i].gd.push_back(models[i].gd(tasks));
            result.of_models[i].gdpp.push_back(models[i].gdpp(tasks));
            result.of_models[i].trained.push_back(mean(trained));
            result.of_models[i].deviation.push_back(standard_deviation(trained));
        }
        if (shift.has_ridge) {
            result.ridge.push_back(scan_ridge_penalty(tasks, {.factor = 2}).loss);
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
        std::string const steps = std::to_string(models[i].layers) + (models[i].layers == 1 ? " step of " : " steps of ");
        std::string const title = models[i].title + ": " + shift.title;
        LineChart chart{.title = title,
                        .x = {.label = shift.label},
                        .y = {.label = "loss on 10,000 tasks (½ mean squared error)", .logarithmic = true},
                        .series = {{.name = steps + "gradient descent", .x = shift.values, .y = of_model.gd}}};
        if (models[i].layers > 1) {
            chart.series.push_back({.name = steps + "GD++", .x = shift.values, .y = of_model.gdpp});
        }
        chart.series.push_back({.name = "trained", .x = shift.values, .y = of_model.trained, .dashed = true});
        if (models[i].trained.size() > 1) {
            chart.series.back().deviation = of_model.deviation;
        }
        if (shift.has_ridge) {
            chart.series.push_back({.name = "ridge regression, best penalty", .x = shift.values, .y = losses.ridge});
        }
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
    return {values.begin(), std::find_if_not(values.begin(), values.end(), [](double value) { return std::isfinite(value); })};
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
    std::vector<std::string> names;
    for_each_model(options, [&](auto model) {
        names.push_back(std::to_string(decltype(model)::layers) +
                        (decltype(model)::looped && decltype(model)::layers > 1 ? "_looped" : ""));
    });
    auto checkpoints = checkpoints_of_models("inputs", options.common, options.checkpoint,
                                             nlohmann::ordered_json::object(), names);
    OutputDirectory const directory(options.common.out);
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);

    if (!options.common.quiet) {
        double seconds = 0;
        auto checkpoint = checkpoints.begin();
        for_each_model(options, [&](auto model) {
            using ADeepModel = decltype(model);
            seconds += seconds_to_train<typename ADeepModel::Model>(ADeepModel::layers, training_of<ADeepModel>(options),
                                                                    workers, *checkpoint++);
        });
        std::printf("training models of %s layers: about %s\n", list_text(options.layers).c_str(),
                    duration_text(seconds).c_str());
        std::fflush(stdout);
    }
    std::vector<Predictors> models;
    for_each_model(options, [&](auto model) {
        models.push_back(trained<decltype(model)>(options, checkpoints[models.size()], evaluation, workers));
    });

    auto record = run_record("inputs", options.common);
    record["parameters"]["layers"] = options.layers;
    record["parameters"]["resume"] = options.checkpoint.resume;
    record["parameters"]["checkpoint_every"] = options.checkpoint.every;
    nlohmann::ordered_json weights;
    for (Predictors const& model : models) {
        record["models"][model.title] = json_of(model);
        weights[model.title] = model.weights;
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
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, shifts, losses, models, total.seconds());
    }
}

void add_options(CLI::App& app, InputsOptions& options) {
    auto const compiled_layers = hana::unpack(
        compiled_models, [](auto... model) { return std::vector<int>{decltype(model)::layers...}; });
    add_selection(app, "--layers", options.layers, compiled_layers, "1; 2: looped; 5: layers of their own");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
    app.get_option("--steps")->default_str("5000; layers of their own 50000");
}

}  // namespace

int main(int argc, char** argv) {
    InputsOptions options;
    return run_program(
        argc, argv,
        "Shows trained models tasks that are unlike those of their training, and compares them with learning rules.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}
