// SPDX-License-Identifier: MIT
#include "common/training_runs.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "tools/program.hpp"
#include "tools/progress.hpp"

namespace reproduce::training_runs {

Loop::Loop(CommonOptions const& options, Checkpoint* checkpoint, std::string name)
    : options_(options), checkpoint_(checkpoint), name_(std::move(name)) {
    if (checkpoint != nullptr) {
        interruption_.emplace();
    }
}

std::vector<StoredRun> Loop::stored_runs() const {
    return checkpoint_ == nullptr ? std::vector<StoredRun>() : checkpoint_->runs();
}

void Loop::train(RunInTraining& run, std::size_t number) const {
    auto const keep = [&] {
        run.keep();
        if (checkpoint_ != nullptr) {
            checkpoint_->write(number, run.stored());
        }
    };
    std::string const seed = "seed " + std::to_string(run.seed);
    Progress progress((name_.empty() ? "" : name_ + ", ") + seed, options_.steps, options_.quiet, run.steps());
    double const seconds_before = run.seconds_training;
    Stopwatch stopwatch;
    while (run.steps() < options_.steps) {
        stopwatch.start();
        double const loss = run.step();
        stopwatch.stop();
        run.seconds_training = seconds_before + stopwatch.seconds();
        if (run.steps() % options_.eval_every == 0) {
            run.measure();
        }
        progress.update(run.steps(), loss);
        bool const is_interrupted = interruption_ && interruption_->requested();
        if (is_interrupted || (checkpoint_ != nullptr && checkpoint_->is_due())) {
            keep();
        }
        if (is_interrupted) {
            throw Interrupted("interrupted after step " + std::to_string(run.steps()) + " of " +
                              std::to_string(options_.steps) + (name_.empty() ? "" : " of " + name_) + " with " + seed +
                              "; the same command with --resume goes on from '" + checkpoint_->file().string() + "'");
        }
    }
    run.measure();
    keep();
}

std::int64_t steps_left(CommonOptions const& options, Checkpoint const& checkpoint) {
    std::int64_t steps = std::int64_t{options.steps} * options.seeds;
    for (StoredRun const& stored : checkpoint.runs()) {
        steps -= stored.steps;
    }
    return steps;
}

double seconds_of_a_step(std::function<void()> const& step) {
    double fastest = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 4; ++i) {
        Stopwatch stopwatch;
        stopwatch.start();
        step();
        stopwatch.stop();
        fastest = std::min(fastest, stopwatch.seconds());
    }
    return fastest;
}

void cannot_be_resumed(Checkpoint const& checkpoint, incontext::ParametersError const& error) {
    throw std::runtime_error("'" + checkpoint.file().string() + "' cannot be resumed: " + error.what());
}

}  // namespace reproduce::training_runs
