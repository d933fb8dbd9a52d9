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

enum class Stage { not_run, begun, finished, failed };

/// What is known of an experiment; kept in a file beside its directory.
struct RunState {
    Stage stage = Stage::not_run;
    std::vector<std::string> arguments{};
    double seconds = 0;     // of all its processes, interrupted ones included
    std::string failure{};  // its sentence
};

/// The arguments of its program but for the place, the threads and --resume: those that change a result.
[[nodiscard]] std::vector<std::string> arguments_of(Experiment const& experiment, RunOptions const& options);

/// The command that makes its rows alone; that with which it was run, where it was.
[[nodiscard]] std::string command_of(Experiment const& experiment, RunOptions const& options, RunState const& state);

/// Errors: a state that cannot be read throws incontext::FileError or tools::JsonError.
[[nodiscard]] RunState state_of(Experiment const& experiment, RunOptions const& options);

/// Runs an experiment to its end, or goes on with it; returns what came of it.
/// Errors: tools::Interrupted when this program is asked to end: the experiment is first.
[[nodiscard]] RunState run(Experiment const& experiment, RunOptions const& options);

/// Copies what the page is made of: the state, the results and the figures of every experiment that has some, without checkpoints.
/// Errors: std::filesystem::filesystem_error.
void copy_results(RunOptions const& from, std::filesystem::path const& to);

}  // namespace paper
