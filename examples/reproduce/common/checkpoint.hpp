// SPDX-License-Identifier: MIT
/// @file
/// What a long run has come to, in a file of its output directory, so that it can go on after an interruption.
///
///     checkpoint.json          program, build, parameters, and per run: seed, seconds, state and curve as exact text
///     checkpoint_<model>.json  the same of one model, where a program trains several, one after the other
///
/// The file is replaced as a whole (incontext::write_file): a kill at any moment leaves the old checkpoint or the new one. Its
/// last member is a checksum of all bytes before it: FNV-1a with 64 bits, which any change of one byte changes. It is against
/// damage and careless edits; what passes it is still asked whether it can be what it says.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/options.hpp"
#include "tools/output_directory.hpp"

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

/// What stands in a checkpoint: of which run it is, and what that has come to.
struct StoredCheckpoint {
    std::string program{};
    std::string build{};                  // build_line of those that trained it
    nlohmann::ordered_json parameters{};  // those that cannot change within a run
    std::int64_t steps = 0;
    std::int64_t seeds = 0;
    std::vector<StoredRun> runs{};
};

/// A text that is no checkpoint, or not as it was written. what() is a clause about the file: "its 'steps' should be ...".
class CheckpointError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The text of a checkpoint, its checksum last; and back.
///
/// Errors: checkpoint_from_text throws CheckpointError for a text with another checksum; one that is no JSON, or nested deeper
/// than 16; one in which a member is missing, of another kind, out of bounds, or at odds with the others (seeds, steps, the
/// lengths of the curves). The texts of states and curves are looked at by train_runs, which knows the model.
/// Test: tests/fuzz/checkpoint.cpp, tests/example/one_step/checkpoints.cmake.
[[nodiscard]] std::string checkpoint_text(StoredCheckpoint const& checkpoint);
[[nodiscard]] StoredCheckpoint checkpoint_from_text(std::string_view text);

/// The end of a checkpoint that begins so: its checksum, and the brace that closes it.
[[nodiscard]] std::string checksum_text(std::string_view beginning);

/// The directory of the results, which the run owns from here on. `parameters` are the program's own, as in run_record.
///
/// Errors: those of OutputDirectory; UsageError if it shall be resumed and is not there, or if without --resume it holds a
/// finished run with other parameters, which this one would replace. The sentence names the first parameter that differs, and
/// --resume where what is finished is the beginning of what is asked: fewer steps, seeds, or models. With --resume it is refused
/// if a list of models leaves out one that is finished, or if a parameter differs that is one of `in_names`: those that name the
/// checkpoints, so that another value has other files, which know nothing of the finished ones. Of all other parameters
/// Checkpoint is the judge.
/// Test: tests/example/one_step/replaced.cmake, tests/example/sizes/results.cmake, tests/example/late_generalisation/results.cmake.
[[nodiscard]] OutputDirectory opened_directory(
    std::string const& program, CommonOptions const& options, CheckpointOptions const& checkpoints,
    nlohmann::ordered_json const& parameters = nlohmann::ordered_json::object(),
    std::vector<std::string> const& in_names = {});

/// The checkpoint of an output directory.
class Checkpoint {
  public:
    /// Of nothing, in no file: what a training begins with that is timed alone.
    Checkpoint() = default;

    /// Looks at the directory, but writes nothing yet. `parameters` are the program's own (layers, looped): they, --batch,
    /// --seed and --eval-every cannot change within a run. --steps and --seeds may, down to what is already done; all
    /// else never changes a bit of the result.
    ///
    /// Errors: throws UsageError if there is nothing to resume, if it was made with other parameters, or if training would go on
    /// by another build, whose last bits differ (a finished training may be evaluated by any); or if without
    /// --resume the checkpoint of an unfinished run would be lost, that of a finished one with other parameters, steps or
    /// seeds, or a file that is no checkpoint, was changed, or is of an older version; std::runtime_error for such a file with
    /// --resume. In each case the file is left as it is. Test: tests/example/one_step/checkpoints.cmake.
    Checkpoint(std::string const& program, CommonOptions const& options, CheckpointOptions const& checkpoints,
               nlohmann::ordered_json const& parameters, std::string const& model = "");

    [[nodiscard]] std::filesystem::path const& file() const { return file_; }

    /// The runs to go on with, the first seed first; empty without --resume.
    [[nodiscard]] std::vector<StoredRun> const& runs() const { return runs_; }

    /// Whether all runs that were asked for are trained.
    [[nodiscard]] bool is_finished() const;

    /// build_line of those that trained what it holds; of this program where nothing is stored.
    [[nodiscard]] std::string const& build() const { return head_.build; }

    /// Errors: throws UsageError if what is stored was trained by another build.
    void require_same_build() const;

    /// Whether it is time for the next checkpoint.
    [[nodiscard]] bool is_due() const { return std::chrono::steady_clock::now() >= next_; }

    /// Whether a resumed run may believe what it holds is for its program to say: throws std::runtime_error with a clause.
    [[noreturn]] void cannot_be_resumed(std::string const& clause) const;

    /// Stores a run beside those before it: its number is at most one more than theirs. Errors: incontext::FileError.
    void write(std::size_t number, StoredRun run);

    /// Files of a finished run: the first checkpoint that is written, of those that share the list, removes the others.
    /// Test: tests/tools/checkpoint.cpp.
    void replaces(std::shared_ptr<std::vector<std::filesystem::path>> finished) { replaced_ = std::move(finished); }

  private:
    std::filesystem::path file_;
    StoredCheckpoint head_;       // all but the runs
    std::string stored_build_{};  // of what is resumed
    std::chrono::seconds every_{};
    std::chrono::steady_clock::time_point next_{};
    std::vector<StoredRun> runs_{};
    std::shared_ptr<std::vector<std::filesystem::path>> replaced_{};
};

/// One of several models: its name or number in the name of the file, and how many steps it is trained.
struct CheckpointedModel {
    std::string name{};
    int steps = 0;
};

/// A checkpoint for each of several models, in their order. With --resume the models that have one are continued (if they are
/// finished, they are not trained again), and the others begin.
///
/// Without --resume all must be finished, or none begun: checkpoints of a finished run are removed when the first of the new run is
/// written.
/// Errors: those of Checkpoint for any of them; UsageError if some are to be trained and others were by another build, if --resume
/// finds none, or if without it there are some of the
/// models but not all, for a training that had come so far would be lost.
[[nodiscard]] std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                                            CheckpointOptions const& checkpoints,
                                                            nlohmann::ordered_json const& parameters,
                                                            std::vector<CheckpointedModel> const& models);

/// The same of models that are numbered, and all trained options.steps steps.
[[nodiscard]] std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                                            CheckpointOptions const& checkpoints,
                                                            nlohmann::ordered_json const& parameters,
                                                            std::vector<int> const& models);

}  // namespace reproduce
