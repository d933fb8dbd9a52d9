// SPDX-License-Identifier: MIT
#include "common/checkpoint.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/run_record.hpp"
#include "incontext/io/atomic_file.hpp"
#include "tools/checksum.hpp"
#include "tools/interruption.hpp"
#include "tools/json_reader.hpp"
#include "tools/program.hpp"
#include "tools/text_file.hpp"

namespace reproduce {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t format = 3;  // 1 had no checksum, 2 did not say its build

std::string quoted(std::filesystem::path const& file) {
    return "'" + file.string() + "'";
}

std::filesystem::path file_of(CommonOptions const& options, std::string const& model) {
    return options.out / (model.empty() ? "checkpoint.json" : "checkpoint_" + model + ".json");
}

[[noreturn]] void nothing_to_resume(std::filesystem::path const& file) {
    throw UsageError("there is no checkpoint " + quoted(file) + " to resume; without --resume a run begins");
}

// ------------------------------------------------------------------------------------------------------ text and back ----

Json json_of(StoredRun const& run) {
    return {{"seed", run.seed},
            {"steps", run.steps},
            {"seconds_training", run.seconds_training},
            {"state", run.state},
            {"curve", run.curve}};
}

StoredRun run_from(Json const& json, std::int64_t seed, std::int64_t most_steps) {
    StoredRun run;
    run.seed = static_cast<std::uint32_t>(whole_number_in(json, "seed", seed, seed));
    run.steps = whole_number_in(json, "steps", 0, most_steps);
    run.seconds_training = number_in(json, "seconds_training", 0);
    run.state = text_in(json, "state");
    Json const& curve = array_in(json, "curve");
    if (curve.empty()) {
        throw JsonError("its 'curve' has no measurement, where even an untrained model has one");
    }
    for (Json const& at : curve) {
        if (!at.is_string()) {
            throw JsonError("its 'curve' should hold texts, not " + beginning_of(at));
        }
        run.curve.push_back(at.get<std::string>());
    }
    return run;
}

StoredCheckpoint checkpoint_from_json(Json const& json) {
    if (json.contains("format") && json["format"] == 2) {
        throw JsonError("it is of an older version, whose checkpoints do not say by which build they were trained");
    }
    [[maybe_unused]] auto const known_format = whole_number_in(json, "format", format, format);
    StoredCheckpoint result;
    result.program = text_in(json, "program");
    result.build = text_in(json, "build");
    result.parameters = object_in(json, "parameters");
    for (auto const& [name, value] : result.parameters.items()) {
        if (value.is_structured()) {
            throw JsonError("its parameter '" + text_of_name(name) + "' should be a single value, not " +
                            beginning_of(value));
        }
    }
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    constexpr std::int64_t greatest_seed = std::numeric_limits<std::uint32_t>::max();
    result.steps = whole_number_in(json, "steps", 1, most);
    result.seeds = whole_number_in(json, "seeds", 1, most);
    Json const& runs = array_in(json, "runs");
    if (runs.empty() || static_cast<std::int64_t>(runs.size()) > result.seeds) {
        throw JsonError("it should hold from one to " + std::to_string(result.seeds) + " runs, not " +
                        std::to_string(runs.size()));
    }
    std::int64_t const first_seed =
        whole_number_in(result.parameters, "seed", 0, greatest_seed - static_cast<std::int64_t>(runs.size()) + 1);
    for (Json const& run : runs) {
        auto const number = static_cast<std::int64_t>(result.runs.size());
        result.runs.push_back(run_from(run, first_seed + number, result.steps));
    }
    return result;
}

// ----------------------------------------------------------------------------------------------------- against the run ----

/// Throws UsageError for the first parameter that differs.
void require_same(std::filesystem::path const& file, Json const& stored, Json const& given) {
    for (auto const& [name, value] : given.items()) {
        if (!stored.contains(name) || stored.at(name) != value) {
            throw UsageError(quoted(file) + " is of a run with " + name + " = " +
                             (stored.contains(name) ? beginning_of(stored.at(name)) : "nothing") +
                             ", which cannot be resumed with " + name + " = " + beginning_of(value));
        }
    }
    for (auto const& [name, value] : stored.items()) {
        if (!given.contains(name)) {
            throw UsageError(quoted(file) + " is of a run with " + text_of_name(name) + " = " + beginning_of(value) +
                             ", which cannot be resumed by a command that says nothing of it");
        }
    }
}

void require_resumable(std::filesystem::path const& file, StoredCheckpoint const& stored,
                       StoredCheckpoint const& given) {
    require_same(file, {{"program", stored.program}}, {{"program", given.program}});
    require_same(file, stored.parameters, given.parameters);
    for (StoredRun const& run : stored.runs) {
        if (run.steps > given.steps) {
            throw UsageError(quoted(file) + " has done " + std::to_string(run.steps) +
                             " steps, so it cannot be resumed with --steps " + std::to_string(given.steps));
        }
    }
    if (static_cast<std::int64_t>(stored.runs.size()) > given.seeds) {
        throw UsageError(quoted(file) + " holds " + std::to_string(stored.runs.size()) +
                         " runs, so it cannot be resumed with --seeds " + std::to_string(given.seeds));
    }
}

/// What the command that would replace a finished run may be told.
enum class GoingOn {
    impossible,  // there is no checkpoint
    possible,    // --resume would
    asked        // with --resume
};

/// Throws UsageError for the first parameter by which the results of a run would differ from the finished ones that it would
/// replace. With --resume these are only the lists of models, and `in_names`: a checkpoint knows all other parameters, but not
/// the models beside its own.
void require_not_replaced(std::filesystem::path const& file, Json const& finished, Json const& given, GoingOn going_on,
                          std::vector<std::string> const& in_names, std::string const& ways_out) {
    static Json const without_effect{"threads", "out", "quiet", "quick", "resume", "checkpoint_every"};
    auto const text = [](Json const& value) {
        return value.is_array() ? value.dump(-1, ' ', true).substr(0, 40) : beginning_of(value);
    };
    auto const contains = [](Json const& array, Json const& value) {
        return std::find(array.begin(), array.end(), value) != array.end();
    };
    auto const is_beginning = [&](std::string const& name, Json const& of, Json const& whole) {
        return name == "steps" || name == "seeds"
                   ? of.is_number() && of > 0 && of <= whole
                   : of.is_array() &&
                         std::all_of(of.begin(), of.end(), [&](Json const& one) { return contains(whole, one); });
    };
    std::string difference;
    bool can_go_on = going_on == GoingOn::possible;
    Json all = finished;
    all.update(given);
    for (auto const& [name, value] : all.items()) {
        bool const is_given = given.contains(name);
        if ((is_given && finished.contains(name) && finished.at(name) == value) ||
            (!is_given && contains(without_effect, name))) {
            continue;
        }
        Json const before = finished.contains(name) ? finished.at(name) : Json();
        bool const is_longer = is_given && is_beginning(name, before, value);
        bool const names_models = before.is_array() || value.is_array() ||
                                  std::find(in_names.begin(), in_names.end(), name) != in_names.end();
        if (going_on == GoingOn::asked && (is_longer || !names_models)) {
            continue;
        }
        if (difference.empty()) {
            difference = text_of_name(name) + " = " + (before.is_null() ? "nothing" : text(before)) +
                         ", whose results would be lost with " + text_of_name(name) + " = " +
                         (is_given ? text(value) : "nothing");
        }
        can_go_on = can_go_on && is_longer;
    }
    if (!difference.empty()) {
        throw UsageError(quoted(file) + " is of a finished run with " + difference + ": " +
                         (can_go_on ? "add --resume to go on from it, " : "") + ways_out);
    }
}

/// "312 of 5000 steps of run 2 of 3" of a run that is not finished; empty for a finished one.
std::string unfinished(StoredCheckpoint const& stored) {
    auto const& runs = stored.runs;
    auto const current =
        std::find_if(runs.begin(), runs.end(), [&](StoredRun const& run) { return run.steps < stored.steps; });
    std::int64_t number = current - runs.begin() + 1;
    if (current == runs.end() && number > stored.seeds) {
        return "";
    }
    return std::to_string(current == runs.end() ? 0 : current->steps) + " of " + std::to_string(stored.steps) +
           " steps of run " + std::to_string(number) + " of " + std::to_string(stored.seeds);
}

}  // namespace

std::string checksum_text(std::string_view beginning) {
    return ",\n    \"checksum\": \"" + tools::checksum_of(beginning) + "\"\n}\n";
}

std::string checkpoint_text(StoredCheckpoint const& checkpoint) {
    Json json{{"program", checkpoint.program},       {"format", format},          {"build", checkpoint.build},
              {"parameters", checkpoint.parameters}, {"steps", checkpoint.steps}, {"seeds", checkpoint.seeds}};
    for (StoredRun const& run : checkpoint.runs) {
        json["runs"].push_back(json_of(run));
    }
    std::string text = json_text(json);
    text.resize(text.rfind("\n}\n"));
    return text + checksum_text(text);
}

StoredCheckpoint checkpoint_from_text(std::string_view text) {
    std::size_t const size_of_end = checksum_text("").size();
    std::string_view const beginning = text.substr(0, text.size() - std::min(text.size(), size_of_end));
    if (text.substr(beginning.size()) != checksum_text(beginning)) {
        throw CheckpointError("its checksum is missing or does not fit, so it is no checkpoint or was changed");
    }
    try {
        return checkpoint_from_json(json_from_text(text));
    } catch (JsonError const& error) {
        throw CheckpointError(error.what());
    }
}

void add_checkpoint_options(CLI::App& app, CheckpointOptions& options) {
    add_flag(app, "--resume", options.resume, "continue the interrupted run in the output directory");
    add_whole_number(app, "--checkpoint-every", options.every, {0, 86'400},
                     "seconds between checkpoints, 0 for one after every step");
}

OutputDirectory opened_directory(std::string const& program, CommonOptions const& options,
                                 CheckpointOptions const& checkpoints, Json const& parameters,
                                 std::vector<std::string> const& in_names) {
    if (checkpoints.resume && !std::filesystem::exists(options.out)) {
        nothing_to_resume(file_of(options, ""));
    }
    say_when_interrupted(checkpoints.resume
                             ? "interrupted before training went on; what " + quoted(options.out) +
                                   " holds is as it was, and the same command goes on from it"
                             : "interrupted before training began; nothing is lost, and the same command begins anew");
    OutputDirectory directory(options.out, program);
    if (Json const run = directory.finished_run(); !run.is_null()) {
        bool const says_how = run.contains("parameters") && run["parameters"].is_object();
        Json given{{"steps", options.steps},
                   {"batch", options.batch},
                   {"seed", options.seed},
                   {"seeds", options.seeds},
                   {"eval_every", options.eval_every}};
        given.update(parameters);
        require_not_replaced(options.out / "run.json", says_how ? run["parameters"] : Json::object(), given,
                             checkpoints.resume            ? GoingOn::asked
                             : directory.has_checkpoints() ? GoingOn::possible
                                                           : GoingOn::impossible,
                             in_names, directory.ways_out());
    }
    return directory;
}

Checkpoint::Checkpoint(std::string const& program, CommonOptions const& options, CheckpointOptions const& checkpoints,
                       Json const& parameters, std::string const& model)
    : file_(file_of(options, model)), every_(checkpoints.every) {
    Json all = parameters;
    all["batch"] = options.batch;
    all["seed"] = options.seed;
    all["eval_every"] = options.eval_every;
    head_ = {.program = program,
             .build = build_line(),
             .parameters = std::move(all),
             .steps = options.steps,
             .seeds = options.seeds};

    if (!std::filesystem::exists(file_)) {
        if (checkpoints.resume) {
            nothing_to_resume(file_);
        }
        return;
    }
    StoredCheckpoint stored;
    try {
        stored = checkpoint_from_text(text_of_file(file_));
    } catch (CheckpointError const& error) {
        if (checkpoints.resume) {
            cannot_be_resumed(error.what());
        }
        throw UsageError(quoted(file_) + " would be lost: " + error.what() +
                         "; choose another --out, or delete it to begin anew");
    }
    if (checkpoints.resume) {
        require_resumable(file_, stored, head_);
        runs_ = std::move(stored.runs);
        stored_build_ = stored.build;
        if (is_finished()) {
            head_.build = stored.build;  // it stays what it was trained by
        } else {
            require_same_build();
        }
    } else if (std::string const done = unfinished(stored); !done.empty()) {
        throw UsageError(quoted(file_) + " holds " + done +
                         ": add --resume to continue it, choose another --out, or delete it to begin anew");
    } else {
        auto const all_of = [](StoredCheckpoint const& of) {
            Json result{{"program", of.program}, {"steps", of.steps}, {"seeds", of.seeds}};
            result.update(of.parameters);
            return result;
        };
        require_not_replaced(file_, all_of(stored), all_of(head_), GoingOn::possible, {},
                             "choose another --out, or delete it");
    }
}

bool Checkpoint::is_finished() const {
    return static_cast<std::int64_t>(runs_.size()) == head_.seeds &&
           std::all_of(runs_.begin(), runs_.end(), [&](StoredRun const& run) { return run.steps == head_.steps; });
}

void Checkpoint::require_same_build() const {
    if (!stored_build_.empty() && stored_build_ != build_line()) {
        auto const text = [](std::string const& build) {
            constexpr std::size_t most = 200;
            return Json(build).dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, most);
        };
        throw UsageError(quoted(file_) + " was trained by another build, " + text(stored_build_) +
                         ", whose last bits differ from those of this one, " + text(build_line()) +
                         ": resume with that build, choose another --out, or delete it");
    }
}

void Checkpoint::cannot_be_resumed(std::string const& clause) const {
    throw std::runtime_error(quoted(file_) + " cannot be resumed: " + clause +
                             "; it is left as it is, delete it to begin anew");
}

void Checkpoint::write(std::size_t number, StoredRun run) {
    Postponement const postponed;
    runs_.resize(std::max(runs_.size(), number + 1));
    runs_[number] = std::move(run);
    StoredCheckpoint all = head_;
    all.runs = runs_;
    incontext::write_file(file_, checkpoint_text(all));
    // After it, so that at no moment there is none. A kill before the last one is removed leaves some of a run with the same results.
    if (replaced_) {
        for (std::filesystem::path const& finished : *replaced_) {
            if (finished != file_) {
                std::filesystem::remove(finished);
            }
        }
        replaced_->clear();
    }
    next_ = std::chrono::steady_clock::now() + every_;
}

std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                              CheckpointOptions const& checkpoints, Json const& parameters,
                                              std::vector<CheckpointedModel> const& models) {
    auto const is_stored = [&](CheckpointedModel const& model) {
        return std::filesystem::exists(file_of(options, model.name));
    };
    auto const stored = static_cast<std::size_t>(std::count_if(models.begin(), models.end(), is_stored));
    std::vector<Checkpoint> result;
    for (CheckpointedModel const& model : models) {
        CheckpointOptions of_model = checkpoints;
        of_model.resume = checkpoints.resume && (is_stored(model) || stored == 0);
        CommonOptions training = options;
        training.steps = model.steps;
        result.emplace_back(program, training, of_model, parameters, model.name);
    }
    if (!checkpoints.resume && stored > 0 && stored < models.size()) {
        throw UsageError(quoted(options.out) + " holds the checkpoints of " + std::to_string(stored) + " of " +
                         std::to_string(models.size()) +
                         " models: add --resume to go on with the others, choose another --out, or delete it to begin "
                         "anew");
    }
    // Models of two builds are not compared with each other.
    if (!std::all_of(result.begin(), result.end(), [](Checkpoint const& of) { return of.is_finished(); })) {
        for (Checkpoint const& of : result) {
            of.require_same_build();
        }
    }
    if (!checkpoints.resume) {
        // All of them are finished. A run that begins anew must not be resumed with models of the one before; until it has begun, nothing
        // is lost.
        auto const replaced = std::make_shared<std::vector<std::filesystem::path>>();
        for (CheckpointedModel const& model : models) {
            replaced->push_back(file_of(options, model.name));
        }
        for (Checkpoint& checkpoint : result) {
            checkpoint.replaces(replaced);
        }
    }
    return result;
}

std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                              CheckpointOptions const& checkpoints, Json const& parameters,
                                              std::vector<int> const& models) {
    std::vector<CheckpointedModel> named;
    for (int const model : models) {
        named.push_back({.name = std::to_string(model), .steps = options.steps});
    }
    return checkpoints_of_models(program, options, checkpoints, parameters, named);
}

}  // namespace reproduce
