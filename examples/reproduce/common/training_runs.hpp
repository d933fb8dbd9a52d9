// SPDX-License-Identifier: MIT
/// @file
/// Training with several seeds, measured on the way, with checkpoints where the program wants them; and what every
/// program does with the runs: a table, curves, numbers for run.json.
///
/// What is measured is a Hana struct of doubles that each program declares, `step` first. The names of its members are
/// the columns of curves.csv and the keys of run.json.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/interruption.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "incontext/incontext.hpp"
#include "incontext/io/parameters.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace reproduce {

/// What was measured of one run.
template <class Measured>
struct Curve {
    std::uint32_t seed = 0;
    std::vector<Measured> curve{};
    double seconds_training = 0;

    [[nodiscard]] Measured const& last() const { return curve.back(); }
};

/// One run: its curve, and what it has come to.
template <class Model, class Measured>
struct Run : Curve<Measured> {
    incontext::TrainingState<Model> state{};

    [[nodiscard]] Model const& model() const { return state.layer; }
};

/// Fresh tasks in every step, or those of the first in all.
enum class Tasks { fresh, fixed };

/// Trains options.seeds models of K = `layers` layers in the paper's setting.
///
/// measure(step, model) or measure(step, model, seed) is asked before the first step, every options.eval_every steps and
/// after the last. With a checkpoint the runs in it are continued, a signal ends the training in good order, and the
/// results are the same bits as those of a training that was never interrupted.
/// A program that trains several models names each, for the progress to say which one it is at.
/// Errors: Interrupted; std::runtime_error if the checkpoint holds another model; those of incontext::Training.
template <class Model, class Measured, incontext::Dimensions Sizes = sizes, class Measure>
[[nodiscard]] std::vector<Run<Model, Measured>> train_runs(int layers, CommonOptions const& options,
                                                           Measure const& measure, incontext::Workers& workers,
                                                           Checkpoint* checkpoint = nullptr,
                                                           std::string const& name = "",
                                                           Tasks tasks = Tasks::fresh);

/// The seconds that the training of train_runs will still take, by the fastest of a few steps of it.
template <class Model, incontext::Dimensions Sizes = sizes>
[[nodiscard]] double seconds_to_train(int layers, CommonOptions const& options, incontext::Workers& workers,
                                      Checkpoint const& checkpoint);

/// All measurements of all runs, a row each.
template <class ARun>
[[nodiscard]] std::string curves_csv(std::vector<ARun> const& runs);

/// What tells the rows of one model from those of others: the name of a column before the others, and the number in it.
using Key = std::pair<std::string, double>;

/// Adds the rows of curves_csv below those of other models, with their keys.
template <class ARun>
void append_curves(std::vector<Column>& table, std::vector<Key> const& keys, std::vector<ARun> const& runs);

/// A curve of the mean over runs, with its standard deviation as a band where there are several.
template <class ARun, class Value>
[[nodiscard]] Series series(std::string const& name, std::vector<ARun> const& runs, Value const& value);

/// The parameters of the paper's setting that are no options, for run.json.
template <incontext::Dimensions Sizes = sizes>
[[nodiscard]] nlohmann::ordered_json setting_json(int layers, int batch) {
    incontext::TrainingOptions const options = training_options(layers, batch, 0);
    incontext::InitialisationOptions const initialisation{.layers = layers};
    incontext::LinearRegression const tasks;
    incontext::ScanRange const scan;
    return {{"input", Sizes.input},
            {"output", Sizes.output},
            {"context", Sizes.context},
            {"layers", layers},
            {"input_range", tasks.input_range},
            {"target_scale", tasks.target_scale},
            {"initial_scale", initialisation.scale},
            {"adam", {{"learning_rate", options.adam.learning_rate},
                      {"first_moment_decay", options.adam.first_moment_decay},
                      {"second_moment_decay", options.adam.second_moment_decay},
                      {"epsilon", options.adam.epsilon},
                      {"weight_decay", options.adam.weight_decay}}},
            {"largest_gradient_norm", options.largest_gradient_norm},
            {"scan", {{"first", scan.first}, {"spacing", scan.spacing}, {"end", scan.end}}},
            {"evaluation", {{"seed", incontext::Evaluation<Sizes>::reference_seed},
                            {"tasks", incontext::Evaluation<Sizes>::reference_count}}}};
}

/// Adds a number of each run to run.json, as their mean; where there are several, with their standard deviation and each
/// run's own. What is not finite is left out, because JSON cannot hold it.
inline void add_statistics(nlohmann::ordered_json& record, std::string const& name, std::vector<double> const& values) {
    if (!std::isfinite(mean(values))) {
        return;
    }
    record[name] = mean(values);
    if (values.size() > 1) {
        record["standard_deviations"][name] = standard_deviation(values);
        record["runs"][name] = values;
    }
}

/// Adds the last measurement and the seconds of training to run.json, by add_statistics.
template <class ARun>
void add_results(nlohmann::ordered_json& record, std::vector<ARun> const& runs);

// ------------------------------------------------------------------------------------------------------- details ----

namespace training_runs {

template <class Model, class Measured>
StoredRun stored(Run<Model, Measured> const& run) {
    StoredRun result{.seed = run.seed,
                     .steps = run.state.optimiser.steps,
                     .seconds_training = run.seconds_training,
                     .state = incontext::parameters_text(run.state)};
    for (Measured const& at : run.curve) {
        result.curve.push_back(incontext::parameters_text(at));
    }
    return result;
}

/// The run that is stored; without the measurements that only its end asked for, which may have moved.
template <class Model, class Measured>
Run<Model, Measured> restored(StoredRun const& stored, int eval_every, Checkpoint const& checkpoint) {
    Run<Model, Measured> run;
    run.seed = stored.seed;
    run.seconds_training = stored.seconds_training;
    try {
        incontext::parameters_from_text(stored.state, run.state);
        for (std::string const& text : stored.curve) {
            Measured at{};
            incontext::parameters_from_text(text, at);
            if (std::fmod(at.step, eval_every) == 0) {
                run.curve.push_back(at);
            }
        }
    } catch (incontext::ParametersError const& error) {
        throw std::runtime_error("'" + checkpoint.file().string() + "' cannot be resumed: " + error.what());
    }
    return run;
}

}  // namespace training_runs

template <class Model, class Measured, incontext::Dimensions Sizes, class Measure>
std::vector<Run<Model, Measured>> train_runs(int layers, CommonOptions const& options, Measure const& measure,
                                             incontext::Workers& workers, Checkpoint* checkpoint,
                                             std::string const& name, Tasks tasks) {
    using ARun = Run<Model, Measured>;
    std::vector<ARun> runs;
    std::optional<InterruptionWatch> interruption;
    if (checkpoint != nullptr) {
        for (StoredRun const& stored : checkpoint->runs()) {
            runs.push_back(training_runs::restored<Model, Measured>(stored, options.eval_every, *checkpoint));
        }
        interruption.emplace();
    }

    for (std::size_t number = 0; number < static_cast<std::size_t>(options.seeds); ++number) {
        auto const seed = options.seed + static_cast<std::uint32_t>(number);
        bool const is_new = number == runs.size();
        if (is_new) {
            runs.emplace_back().seed = seed;
            incontext::initialise(runs.back().state.layer, seed, {.layers = layers});
        }
        ARun& run = runs[number];
        auto setting = training_options(layers, options.batch, seed);
        setting.fresh_tasks = tasks == Tasks::fresh;
        incontext::Training<Sizes, Model> training(run.model(), setting, workers);
        auto const measured = [&](long step, Model const& model) {
            if constexpr (std::is_invocable_v<Measure const&, long, Model const&, std::uint32_t>) {
                return measure(step, model, seed);
            } else {
                return measure(step, model);
            }
        };
        if (is_new) {
            run.state = training.state();
            run.curve.push_back(measured(0, run.model()));
        } else {
            training.restore(run.state);
        }
        auto const keep = [&] {
            run.state = training.state();
            if (checkpoint != nullptr) {
                checkpoint->write(number, training_runs::stored(run));
            }
        };

        std::string const label = (name.empty() ? "" : name + ", ") + "seed " + std::to_string(seed);
        Progress progress(label, options.steps, options.quiet, training.steps());
        double const seconds_before = run.seconds_training;
        Stopwatch stopwatch;
        while (training.steps() < options.steps) {
            stopwatch.start();
            double const loss = training.step();
            stopwatch.stop();
            run.seconds_training = seconds_before + stopwatch.seconds();
            if (training.steps() % options.eval_every == 0) {
                run.curve.push_back(measured(training.steps(), training.layer()));
            }
            progress.update(training.steps(), loss);
            bool const is_interrupted = interruption && interruption->requested();
            if (is_interrupted || (checkpoint != nullptr && checkpoint->is_due())) {
                keep();
            }
            if (is_interrupted) {
                throw Interrupted("interrupted after step " + std::to_string(training.steps()) + " of " +
                                  std::to_string(options.steps) + (name.empty() ? "" : " of " + name) +
                                  " with seed " + std::to_string(seed) +
                                  "; the same command with --resume goes on from '" + checkpoint->file().string() +
                                  "'");
            }
        }
        if (run.last().step != options.steps) {
            run.curve.push_back(measured(options.steps, training.layer()));
        }
        keep();
    }
    return runs;
}

template <class Model, incontext::Dimensions Sizes>
double seconds_to_train(int layers, CommonOptions const& options, incontext::Workers& workers,
                        Checkpoint const& checkpoint) {
    std::int64_t steps = std::int64_t{options.steps} * options.seeds;
    for (StoredRun const& stored : checkpoint.runs()) {
        steps -= stored.steps;
    }
    if (steps == 0) {
        return 0;
    }
    Model model;
    incontext::initialise(model, options.seed, {.layers = layers});
    incontext::Training<Sizes, Model> training(model, training_options(layers, options.batch, options.seed), workers);
    double fastest = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 4; ++i) {
        Stopwatch stopwatch;
        stopwatch.start();
        training.step();
        stopwatch.stop();
        fastest = std::min(fastest, stopwatch.seconds());
    }
    return fastest * static_cast<double>(steps);
}

namespace training_runs {

template <class ARun>
std::vector<Column> curve_columns(std::vector<ARun> const& runs) {
    std::vector<Column> columns{{"seed"}};
    incontext::for_each_parameter([&](char const* name, double const&) { columns.push_back({name}); },
                                  runs.front().last());
    for (auto const& run : runs) {
        for (auto const& at : run.curve) {
            auto column = columns.begin();
            column->values.push_back(run.seed);
            incontext::for_each_parameter(
                [&](char const*, double const& value) { (++column)->values.push_back(value); }, at);
        }
    }
    return columns;
}

}  // namespace training_runs

template <class ARun>
std::string curves_csv(std::vector<ARun> const& runs) {
    return csv_text(training_runs::curve_columns(runs));
}

template <class ARun>
void append_curves(std::vector<Column>& table, std::vector<Key> const& keys, std::vector<ARun> const& runs) {
    std::vector<Column> columns;
    std::vector<Column> const curves = training_runs::curve_columns(runs);
    for (auto const& [name, value] : keys) {
        columns.push_back({name, std::vector<double>(curves.front().values.size(), value)});
    }
    columns.insert(columns.end(), curves.begin(), curves.end());
    table.resize(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        table[i].name = columns[i].name;
        table[i].values.insert(table[i].values.end(), columns[i].values.begin(), columns[i].values.end());
    }
}

template <class ARun, class Value>
Series series(std::string const& name, std::vector<ARun> const& runs, Value const& value) {
    Series result{.name = name};
    for (std::size_t i = 0; i < runs.front().curve.size(); ++i) {
        std::vector<double> values;
        for (ARun const& run : runs) {
            values.push_back(value(run.curve[i]));
        }
        result.x.push_back(runs.front().curve[i].step);
        result.y.push_back(mean(values));
        if (runs.size() > 1) {
            result.deviation.push_back(standard_deviation(values));
        }
    }
    return result;
}

template <class ARun>
void add_results(nlohmann::ordered_json& record, std::vector<ARun> const& runs) {
    std::vector<Column> results;
    incontext::for_each_parameter([&](char const* name, double const&) { results.push_back({name}); },
                                  runs.front().last());
    results.push_back({"seconds_training"});
    for (auto const& run : runs) {
        auto result = results.begin();
        incontext::for_each_parameter([&](char const*, double const& value) { (result++)->values.push_back(value); },
                                      run.last());
        result->values.push_back(run.seconds_training);
    }
    for (auto const& [name, values] : results) {
        if (name != "step") {
            add_statistics(record, name, values);
        }
    }
}

}  // namespace reproduce
