// SPDX-License-Identifier: MIT
#include "common/training_runs.hpp"

#include <algorithm>
#include <limits>

#include "tools/program.hpp"
#include "tools/progress.hpp"

namespace reproduce::training_runs {

Loop::Loop(CommonOptions const& options, Checkpoint* checkpoint, std::string name)
    : options_(options), checkpoint_(checkpoint), name_(std::move(name)) {
    if (checkpoint != nullptr) {
        postponed_.emplace();
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
        bool const is_interrupted = postponed_ && postponed_->requested();
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
    if (checkpoint_ != nullptr) {
        say_when_interrupted("interrupted after the training" + (name_.empty() ? "" : " of " + name_) +
                             "; the same command with --resume goes on from '" + checkpoint_->file().string() + "'");
    }
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

void require_whole_curve(std::vector<double> const& steps, std::int64_t steps_done, int eval_every,
                         Checkpoint const& checkpoint) {
    std::int64_t const regular = steps_done / eval_every + 1;
    std::int64_t const all = regular + (steps_done % eval_every == 0 ? 0 : 1);
    auto const count = static_cast<std::int64_t>(steps.size());
    bool is_whole = count == regular || count == all;
    for (std::int64_t i = 0; is_whole && i < count; ++i) {
        std::int64_t const expected = i < regular ? i * eval_every : steps_done;
        is_whole = steps[static_cast<std::size_t>(i)] == static_cast<double>(expected);
    }
    if (!is_whole) {
        checkpoint.cannot_be_resumed("after " + std::to_string(steps_done) + " steps, measured every " +
                                     std::to_string(eval_every) + ", its 'curve' should have " +
                                     std::to_string(regular) + " measurements in order, and it has others");
    }
}

}  // namespace reproduce::training_runs
