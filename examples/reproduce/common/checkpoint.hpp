// SPDX-License-Identifier: MIT
/// @file
/// What a long run has come to, in a file of its output directory, so that it can go on after an interruption.
///
///     checkpoint.json          program, parameters, and per run: seed, seconds, state and curve as exact text
///     checkpoint_<model>.json  the same of one model, where a program trains several, one after the other
///
/// The file is replaced as a whole (incontext::write_file): a kill at any moment leaves the old checkpoint or the new one.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/options.hpp"

namespace reproduce {

/// How a program is told to go on, and how much a kill may cost.
struct CheckpointOptions {
    bool resume = false;
    int every = 30;  // seconds between checkpoints; 0: after every step
};

/// Adds --resume and --checkpoint-every.
void add_checkpoint_options(CLI::App& app, CheckpointOptions& options);

/// One run, as it is stored. The texts are those of incontext::parameters_text.
struct StoredRun {
    std::uint32_t seed = 0;
    std::int64_t steps = 0;
    double seconds_training = 0;
    std::string state{};
    std::vector<std::string> curve{};
};

/// The checkpoint of an output directory.
class Checkpoint {
  public:
    /// Looks at the directory, but writes nothing yet. `parameters` are the program's own (layers, looped): they, --batch,
    /// --seed and --eval-every cannot change within a run. --steps and --seeds may, down to what is already done; all
    /// else never changes a bit of the result.
    ///
    /// Errors: throws UsageError if there is nothing to resume, if it was made with other parameters, or if without
    /// --resume the checkpoint of an unfinished run would be lost; std::runtime_error if the file is no checkpoint.
    Checkpoint(std::string program, CommonOptions const& options, CheckpointOptions const& checkpoints,
               nlohmann::ordered_json const& parameters, std::string const& model = "");

    [[nodiscard]] std::filesystem::path const& file() const { return file_; }

    /// The runs to go on with, the first seed first; empty without --resume.
    [[nodiscard]] std::vector<StoredRun> const& runs() const { return runs_; }

    /// Whether it is time for the next checkpoint.
    [[nodiscard]] bool is_due() const { return std::chrono::steady_clock::now() >= next_; }

    /// Stores a run beside those before it: its number is at most one more than theirs. Errors: incontext::FileError.
    void write(std::size_t number, StoredRun run);

  private:
    void read(nlohmann::ordered_json const& stored);

    std::filesystem::path file_;
    std::shared_ptr<nlohmann::ordered_json const> head_;  // all but the runs
    std::chrono::seconds every_;
    std::chrono::steady_clock::time_point next_{};
    std::vector<StoredRun> runs_{};
};

/// A checkpoint for each of several models, told apart by name or number, in their order. With --resume the models that
/// have one are continued (if they are finished, they are not trained again), and the others begin.
///
/// Without --resume all must be finished, or none begun: checkpoints of a finished run are removed.
/// Errors: those of Checkpoint for any of them; UsageError if --resume finds none, or if without it there are some of the
/// models but not all, for a training that had come so far would be lost.
[[nodiscard]] std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                                            CheckpointOptions const& checkpoints,
                                                            nlohmann::ordered_json const& parameters,
                                                            std::vector<std::string> const& models);
[[nodiscard]] std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                                            CheckpointOptions const& checkpoints,
                                                            nlohmann::ordered_json const& parameters,
                                                            std::vector<int> const& models);

}  // namespace reproduce
