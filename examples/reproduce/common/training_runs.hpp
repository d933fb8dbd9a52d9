// SPDX-License-Identifier: MIT
/// @file
/// Training with several seeds, measured on the way, with checkpoints where the program wants them; and what every
/// program does with the runs: a table, curves, numbers for run.json.
///
/// What is measured is a Hana struct of doubles that each program declares, `step` first. The names of its members are
/// the columns of curves.csv and the keys of run.json.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/csv.hpp"
#include "common/interruption.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/plot.hpp"
#include "common/program.hpp"
#include "common/progress.hpp"
#include "common/statistics.hpp"
#include "incontext/incontext.hpp"
#include "incontext/io/parameters.hpp"

namespace reproduce {

/// One run: what it has come to, and its curve.
template <class Model, class Measured>
struct Run {
    std::uint32_t seed = 0;
    incontext::TrainingState<Model> state{};
    std::vector<Measured> curve{};
    double seconds_training = 0;

    [[nodiscard]] Model const& model() const { return state.layer; }
    [[nodiscard]] Measured const& last() const { return curve.back(); }
};

/// Trains options.seeds models of K = `layers` layers in the paper's setting.
///
/// measure(step, model) is asked before the first step, every options.eval_every steps and after the last. With a
/// checkpoint the runs in it are continued, a signal ends the training in good order, and the results are the same bits
/// as those of a training that was never interrupted.
/// Errors: Interrupted; std::runtime_error if the checkpoint holds another model; those of incontext::Training.
template <class Model, class Measured, class Measure>
[[nodiscard]] std::vector<Run<Model, Measured>> train_runs(int layers, CommonOptions const& options,
                                                           Measure const& measure, incontext::Workers& workers,
                                                           Checkpoint* checkpoint = nullptr);

/// All measurements of all runs, a row each.
template <class Model, class Measured>
[[nodiscard]] std::string curves_csv(std::vector<Run<Model, Measured>> const& runs);

/// A curve of the mean over runs, with its standard deviation as a band where there are several.
template <class ARun, class Value>
[[nodiscard]] Series series(std::string const& name, std::vector<ARun> const& runs, Value const& value);

/// The parameters of the paper's setting that are no options, for run.json.
[[nodiscard]] inline nlohmann::ordered_json setting_json(int layers, int batch) {
    incontext::TrainingOptions const options = training_options(layers, batch, 0);
    incontext::InitialisationOptions const initialisation{.layers = layers};
    incontext::LinearRegression const tasks;
    incontext::ScanRange const scan;
    return {{"input", sizes.input},
            {"output", sizes.output},
            {"context", sizes.context},
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
            {"evaluation", {{"seed", incontext::Evaluation<sizes>::reference_seed},
                            {"tasks", incontext::Evaluation<sizes>::reference_count}}}};
}

/// Adds the last measurement and the seconds of training to run.json, as means over the runs; where there are several,
/// with their standard deviations and each run's own. What is not finite is left out, because JSON cannot hold it.
template <class Model, class Measured>
void add_results(nlohmann::ordered_json& record, std::vector<Run<Model, Measured>> const& runs);

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
    Run<Model, Measured> run{.seed = stored.seed, .seconds_training = stored.seconds_training};
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

template <class Model, class Measured, class Measure>
std::vector<Run<Model, Measured>> train_runs(int layers, CommonOptions const& options, Measure const& measure,
                                             incontext::Workers& workers, Checkpoint* checkpoint) {
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
            runs.push_back(ARun{.seed = seed});
            incontext::initialise(runs.back().state.layer, seed, {.layers = layers});
        }
        ARun& run = runs[number];
        incontext::Training<sizes, Model> training(run.model(), training_options(layers, options.batch, seed), workers);
        if (is_new) {
            run.state = training.state();
            run.curve.push_back(measure(0, run.model()));
        } else {
            training.restore(run.state);
        }
        auto const keep = [&] {
            run.state = training.state();
            if (checkpoint != nullptr) {
                checkpoint->write(number, training_runs::stored(run));
            }
        };

        Progress progress("seed " + std::to_string(seed), options.steps, options.quiet, training.steps());
        double const seconds_before = run.seconds_training;
        Stopwatch stopwatch;
        while (training.steps() < options.steps) {
            stopwatch.start();
            double const loss = training.step();
            stopwatch.stop();
            run.seconds_training = seconds_before + stopwatch.seconds();
            if (training.steps() % options.eval_every == 0) {
                run.curve.push_back(measure(training.steps(), training.layer()));
            }
            progress.update(training.steps(), loss);
            bool const is_interrupted = interruption && interruption->requested();
            if (is_interrupted || (checkpoint != nullptr && checkpoint->is_due())) {
                keep();
            }
            if (is_interrupted) {
                throw Interrupted("interrupted after step " + std::to_string(training.steps()) + " of " +
                                  std::to_string(options.steps) + " with seed " + std::to_string(seed) +
                                  "; the same command with --resume goes on from '" + checkpoint->file().string() +
                                  "'");
            }
        }
        if (run.last().step != options.steps) {
            run.curve.push_back(measure(options.steps, training.layer()));
        }
        keep();
    }
    return runs;
}

template <class Model, class Measured>
std::string curves_csv(std::vector<Run<Model, Measured>> const& runs) {
    std::vector<Column> columns{{"seed"}};
    incontext::for_each_parameter([&](char const* name, double const&) { columns.push_back({name}); },
                                  runs.front().last());
    for (auto const& run : runs) {
        for (Measured const& at : run.curve) {
            auto column = columns.begin();
            column->values.push_back(run.seed);
            incontext::for_each_parameter(
                [&](char const*, double const& value) { (++column)->values.push_back(value); }, at);
        }
    }
    return csv_text(columns);
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

template <class Model, class Measured>
void add_results(nlohmann::ordered_json& record, std::vector<Run<Model, Measured>> const& runs) {
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
        if (name == "step" || !std::isfinite(mean(values))) {
            continue;
        }
        record[name] = mean(values);
        if (values.size() > 1) {
            record["standard_deviations"][name] = standard_deviation(values);
            record["runs"][name] = values;
        }
    }
}

}  // namespace reproduce
