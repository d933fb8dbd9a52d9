// SPDX-License-Identifier: MIT
/// @file
/// Running the experiments one after the other, each as a process of its own: what is done is not done again, what was
/// interrupted goes on, and one that fails does not lose the others.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "paper/claims.hpp"

namespace paper {

struct RunOptions {
    bool full = false;                 // the paper's own settings, not --quick
    std::filesystem::path out{};       // everything is written below
    std::filesystem::path programs{};  // where the programs of the experiments are
    int threads = 1;
    bool quiet = false;
    bool again = false;  // finished experiments, too, from their checkpoints: figures are drawn anew

    /// Full and quick runs keep apart.
    [[nodiscard]] std::filesystem::path directory() const { return out / (full ? "full" : "quick"); }
    [[nodiscard]] std::filesystem::path directory_of(Experiment const& experiment) const {
        return directory() / experiment.name;
    }
    /// What was planned for it, on the machine of reference.
    [[nodiscard]] double reference_seconds(Experiment const& experiment) const {
        return full ? experiment.seconds_full : experiment.seconds_quick;
    }
};

/// other: what is in its place is a run with other options, or what is known of it cannot be read.
enum class Stage { not_run, begun, finished, failed, other };

/// What is known of an experiment; kept in a file beside its directory.
struct RunState {
    Stage stage = Stage::not_run;
    std::vector<std::string> arguments{};
    double seconds = 0;                   // of all its processes, interrupted ones included
    double processor_seconds = 0;         // of the same, on all processors; 0 where those of a part are not known
    std::string failure{};                // the sentence of what failed, or of what is other
    nlohmann::ordered_json parameters{};  // parameters_of_results, when it has finished; null where that is not known
};

/// The arguments of its program but for the place, the threads and --resume: those that change a result.
[[nodiscard]] std::vector<std::string> arguments_of(Experiment const& experiment, RunOptions const& options);

/// The command that makes its rows alone; that with which it was run, where it was.
[[nodiscard]] std::string command_of(Experiment const& experiment, RunOptions const& options, RunState const& state);

/// Never an error: what cannot be read is a state, too, so that one damaged file does not cost the others.
[[nodiscard]] RunState state_of(Experiment const& experiment, RunOptions const& options);

/// Runs an experiment to its end, or goes on with it; returns what came of it.
/// Errors: tools::Interrupted when this program is asked to end: the experiment is first.
[[nodiscard]] RunState run(Experiment const& experiment, RunOptions const& options);

/// Whether a report may be put there: not into the results that it is made of, nor around them, and not in the place of runs that
/// can go on. Errors: std::invalid_argument where it may not. Test: tests/example/paper/faults.cmake.
void require_place_for_report(RunOptions const& from, std::filesystem::path const& to);

/// Puts what the page is made of in the place of what is there: the state of every experiment, and the results and figures of those
/// that have some, without checkpoints. What is there is removed when all has been read; what is of no experiment stays.
/// Errors: std::filesystem::filesystem_error, tools::JsonError, with all that is there left as it is; those of
/// require_place_for_report.
void copy_results(RunOptions const& from, std::filesystem::path const& to);

}  // namespace paper
