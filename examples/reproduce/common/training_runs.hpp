// SPDX-License-Identifier: MIT
/// @file
/// Training with several seeds, measured on the way, with checkpoints where the program wants them.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/curves.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "incontext/incontext.hpp"
#include "incontext/io/parameters.hpp"
#include "tools/interruption.hpp"

namespace reproduce {

/// One run: its curve, and what it has come to.
template <class Model, class Measured>
struct Run : Curve<Measured> {
    incontext::TrainingState<Model> state{};

    [[nodiscard]] Model const& model() const { return state.layer; }
};

/// Fresh tasks in every step, or those of the first in all.
enum class Tasks { fresh, fixed };

/// What a program trains otherwise than the paper's setting (paper_setting.hpp).
using ChangedTraining = std::function<void(incontext::TrainingOptions&)>;

/// How models of one kind begin and are trained: the paper's setting of linear attention with K = `layers` layers. A setting of
/// another experiment has the same members:
///
///     tasks                      a distribution of tasks
///     begin(model, seed)         sets the weights before training
///     training(batch, seed)      the options of the training
template <class Distribution>
struct PaperSettingOn {
    int layers = 1;
    Tasks batches = Tasks::fresh;
    Distribution tasks{};
    ChangedTraining change{};

    template <class Model>
    void begin(Model& model, std::uint32_t seed) const {
        incontext::initialise(model, seed, {.layers = layers});
    }
    [[nodiscard]] incontext::TrainingOptions training(int batch, std::uint32_t seed) const {
        auto result = training_options(layers, batch, seed);
        result.fresh_tasks = batches == Tasks::fresh;
        if (change) {
            change(result);
        }
        return result;
    }
};
using PaperSetting = PaperSettingOn<incontext::LinearRegression>;

/// Trains options.seeds models in a setting.
///
/// measure(step, model) or measure(step, model, seed) is asked before the first step, every options.eval_every steps and
/// after the last. With a checkpoint the runs in it are continued, a signal ends the training in good order, and the
/// results are the same bits as those of a training that was never interrupted.
/// A program that trains several models names each, for the progress to say which one it is at. What `change` changes belongs
/// into the parameters of the checkpoint.
/// Errors: Interrupted; std::runtime_error if the checkpoint holds another model; those of incontext::Training.
template <class Model, class Measured, incontext::Dimensions Sizes, class Setting, class Measure>
[[nodiscard]] std::vector<Run<Model, Measured>> train_runs_in(Setting const& setting, CommonOptions const& options,
                                                              Measure const& measure, incontext::Workers& workers,
                                                              Checkpoint* checkpoint = nullptr,
                                                              std::string const& name = "");

/// The same of K = `layers` layers in the paper's setting.
template <class Model, class Measured, incontext::Dimensions Sizes = sizes, class Measure>
[[nodiscard]] std::vector<Run<Model, Measured>> train_runs(int layers, CommonOptions const& options,
                                                           Measure const& measure, incontext::Workers& workers,
                                                           Checkpoint* checkpoint = nullptr,
                                                           std::string const& name = "", Tasks tasks = Tasks::fresh,
                                                           ChangedTraining const& change = {});

/// The seconds that the training of train_runs_in, or of train_runs, will still take, by the fastest of a few steps of it.
template <class Model, incontext::Dimensions Sizes, class Setting>
[[nodiscard]] double seconds_to_train_in(Setting const& setting, CommonOptions const& options,
                                         incontext::Workers& workers, Checkpoint const& checkpoint);
template <class Model, incontext::Dimensions Sizes = sizes>
[[nodiscard]] double seconds_to_train(int layers, CommonOptions const& options, incontext::Workers& workers,
                                      Checkpoint const& checkpoint);

// ------------------------------------------------------------------------------------------------------- details ----

namespace training_runs {

/// A run in training, whatever its model: all that the loop asks of it, which so is compiled once for all of them.
class RunInTraining {
  public:
    RunInTraining(std::uint32_t of_seed, double& seconds) : seed(of_seed), seconds_training(seconds) {}
    virtual ~RunInTraining() = default;
    RunInTraining(RunInTraining const&) = delete;
    RunInTraining& operator=(RunInTraining const&) = delete;

    [[nodiscard]] virtual long steps() const = 0;
    virtual double step() = 0;                           // returns the loss before it
    virtual void measure() = 0;                          // adds to the curve, unless it ends with this very step
    virtual void keep() = 0;                             // what training has come to
    [[nodiscard]] virtual StoredRun stored() const = 0;  // what was kept

    std::uint32_t seed;
    double& seconds_training;
};

/// Takes run after run to its last step: measures, shows its progress, writes checkpoints, ends when it is asked to.
class Loop {
  public:
    Loop(CommonOptions const& options, Checkpoint* checkpoint, std::string name);

    /// The runs to go on with.
    [[nodiscard]] std::vector<StoredRun> stored_runs() const;

    void train(RunInTraining& run, std::size_t number) const;

  private:
    CommonOptions const& options_;
    Checkpoint* checkpoint_;
    std::string name_;                         // of the model; may be empty
    std::optional<Postponement> postponed_{};  // a signal waits for the end of a step
};

/// How many steps there are still to do.
[[nodiscard]] std::int64_t steps_left(CommonOptions const& options, Checkpoint const& checkpoint);

/// The seconds that the fastest of a few steps takes.
[[nodiscard]] double seconds_of_a_step(std::function<void()> const& step);

/// A curve is measured before the first step and every eval_every steps; once more where the training ended between.
void require_whole_curve(std::vector<double> const& steps, std::int64_t steps_done, int eval_every,
                         Checkpoint const& checkpoint);

/// Whether all numbers of a state can be those of a training.
template <class Parameters>
bool all_finite(Parameters const& parameters) {
    bool result = true;
    incontext::for_each_parameter(
        [&](char const*, auto const& leaf) {
            if constexpr (incontext::AnyMatrix<decltype(leaf)>) {
                for (int i = 0; i < static_cast<int>(leaf.size()); ++i) {
                    result = result && std::isfinite(leaf(i % leaf.rows(), i / leaf.rows()));
                }
            } else {
                result = result && std::isfinite(leaf);
            }
        },
        parameters);
    return result;
}

template <class Parameters>
bool none_negative(Parameters const& parameters) {
    bool result = true;
    incontext::for_each_parameter(
        [&](char const*, auto const& leaf) {
            if constexpr (incontext::AnyMatrix<decltype(leaf)>) {
                result = result && leaf.minCoeff() >= 0;
            } else {
                result = result && leaf >= 0;
            }
        },
        parameters);
    return result;
}

/// Whether losses of a model with finite weights are finite. Those of one linear layer are polynomials of the fourth degree, which
/// no training takes out of the range of float; those of a stack have degrees that grow by a power with depth.
template <class Model>
inline constexpr bool has_finite_losses = false;
template <incontext::TokenShape Shape, class Number, int KeyDim, int ValueDim>
inline constexpr bool has_finite_losses<incontext::LinearSelfAttention<Shape, Number, KeyDim, ValueDim>> = true;

template <class Model, class Measured, incontext::Dimensions Sizes, class Distribution, class Measure>
class TypedRunInTraining final : public RunInTraining {
  public:
    TypedRunInTraining(Run<Model, Measured>& run, incontext::TrainingOptions const& options, Distribution const& tasks,
                       Measure const& measure, incontext::Workers& workers)
        : RunInTraining(run.seed, run.seconds_training),
          run_(run),
          measure_(measure),
          training_(run.model(), options, workers, tasks) {
        if (run.curve.empty()) {
            run.state = training_.state();
            TypedRunInTraining::measure();
        } else {
            training_.restore(run.state);
        }
    }

    [[nodiscard]] long steps() const override { return training_.steps(); }
    double step() override { return static_cast<double>(training_.step()); }
    void measure() override {
        if (!run_.curve.empty() && run_.last().step == static_cast<double>(steps())) {
            return;
        }
        if constexpr (std::is_invocable_v<Measure const&, long, Model const&, std::uint32_t>) {
            run_.curve.push_back(measure_(steps(), training_.layer(), seed));
        } else {
            run_.curve.push_back(measure_(steps(), training_.layer()));
        }
    }
    void keep() override {
        run_.state = training_.state();
        run_.weights = weights_of(run_.model());
    }
    [[nodiscard]] StoredRun stored() const override {
        StoredRun result{.seed = seed,
                         .steps = run_.state.optimiser.steps,
                         .seconds_training = seconds_training,
                         .state = incontext::parameters_text(run_.state)};
        for (Measured const& at : run_.curve) {
            result.curve.push_back(incontext::parameters_text(at));
        }
        return result;
    }

  private:
    Run<Model, Measured>& run_;
    Measure const& measure_;
    incontext::Training<Sizes, Model, Distribution> training_;
};

/// The run that is stored; without the measurements that only its end asked for, which may have moved.
template <class Model, class Measured>
Run<Model, Measured> restored(StoredRun const& stored, int eval_every, Checkpoint const& checkpoint) {
    Run<Model, Measured> run;
    run.seed = stored.seed;
    run.seconds_training = stored.seconds_training;
    std::vector<double> steps;
    std::string impossible;
    try {
        incontext::parameters_from_text(stored.state, run.state);
        for (std::string const& text : stored.curve) {
            Measured at{};
            incontext::parameters_from_text(text, at);
            incontext::for_each_parameter(
                [&](char const* name, double const& value) {
                    if (!can_be_measured(name, value, has_finite_losses<Model>)) {
                        impossible = std::string(name) + " of " + number_text(value);
                    }
                },
                at);
            steps.push_back(at.step);
            if (std::fmod(at.step, eval_every) == 0) {
                run.curve.push_back(at);
            }
        }
    } catch (incontext::ParametersError const& error) {
        checkpoint.cannot_be_resumed(error.what());
    }
    // A second moment below 0 stands for gradients above 9e18 (training/adam.hpp): these runs clip theirs.
    auto const& optimiser = run.state.optimiser;
    if (optimiser.steps != stored.steps) {
        checkpoint.cannot_be_resumed("its run has done " + std::to_string(stored.steps) + " steps and its state " +
                                     std::to_string(optimiser.steps));
    }
    if (!all_finite(run.state.layer) || !all_finite(optimiser.first_moment) || !all_finite(optimiser.second_moment) ||
        !none_negative(optimiser.second_moment)) {
        checkpoint.cannot_be_resumed(
            "its state holds a number that no training has: one that is not finite, or a negative second moment");
    }
    if (!impossible.empty()) {
        checkpoint.cannot_be_resumed("its 'curve' holds a " + impossible + ", which no training has");
    }
    require_whole_curve(steps, stored.steps, eval_every, checkpoint);
    return run;
}

}  // namespace training_runs

template <class Model, class Measured, incontext::Dimensions Sizes, class Setting, class Measure>
std::vector<Run<Model, Measured>> train_runs_in(Setting const& setting, CommonOptions const& options,
                                                Measure const& measure, incontext::Workers& workers,
                                                Checkpoint* checkpoint, std::string const& name) {
    using namespace training_runs;
    using Distribution = std::remove_cvref_t<decltype(setting.tasks)>;
    std::vector<Run<Model, Measured>> runs;
    Loop const loop(options, checkpoint, name);
    for (StoredRun const& stored : loop.stored_runs()) {
        runs.push_back(restored<Model, Measured>(stored, options.eval_every, *checkpoint));
    }
    for (std::size_t number = 0; number < static_cast<std::size_t>(options.seeds); ++number) {
        auto const seed = options.seed + static_cast<std::uint32_t>(number);
        if (number == runs.size()) {
            runs.emplace_back().seed = seed;
            setting.begin(runs.back().state.layer, seed);
        }
        TypedRunInTraining<Model, Measured, Sizes, Distribution, Measure> run(
            runs[number], setting.training(options.batch, seed), setting.tasks, measure, workers);
        loop.train(run, number);
    }
    return runs;
}

template <class Model, class Measured, incontext::Dimensions Sizes, class Measure>
std::vector<Run<Model, Measured>> train_runs(int layers, CommonOptions const& options, Measure const& measure,
                                             incontext::Workers& workers, Checkpoint* checkpoint,
                                             std::string const& name, Tasks tasks, ChangedTraining const& change) {
    return train_runs_in<Model, Measured, Sizes>(
        PaperSetting{.layers = layers, .batches = tasks, .tasks = {}, .change = change}, options, measure, workers,
        checkpoint, name);
}

template <class Model, incontext::Dimensions Sizes, class Setting>
double seconds_to_train_in(Setting const& setting, CommonOptions const& options, incontext::Workers& workers,
                           Checkpoint const& checkpoint) {
    std::int64_t const steps = training_runs::steps_left(options, checkpoint);
    if (steps == 0) {
        return 0;
    }
    Model model;
    setting.begin(model, options.seed);
    incontext::Training<Sizes, Model, std::remove_cvref_t<decltype(setting.tasks)>> training(
        model, setting.training(options.batch, options.seed), workers, setting.tasks);
    return training_runs::seconds_of_a_step([&] { training.step(); }) * static_cast<double>(steps);
}

template <class Model, incontext::Dimensions Sizes>
double seconds_to_train(int layers, CommonOptions const& options, incontext::Workers& workers,
                        Checkpoint const& checkpoint) {
    return seconds_to_train_in<Model, Sizes>(PaperSetting{.layers = layers}, options, workers, checkpoint);
}

}  // namespace reproduce
