// SPDX-License-Identifier: MIT
#include "common/checkpoint.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "common/run_record.hpp"
#include "incontext/io/atomic_file.hpp"
#include "tools/program.hpp"

namespace reproduce {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format = 1;

std::string quoted(std::filesystem::path const& file) {
    return "'" + file.string() + "'";
}

std::filesystem::path file_of(CommonOptions const& options, std::string const& model) {
    return options.out / (model.empty() ? "checkpoint.json" : "checkpoint_" + model + ".json");
}

/// The JSON in a file; null where there is no file, or none that can be read as JSON.
Json json_in(std::filesystem::path const& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string const text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json() : json;
}

/// Throws UsageError for the first parameter that differs.
void require_same(std::filesystem::path const& file, Json const& stored, Json const& given) {
    for (auto const& [name, value] : given.items()) {
        if (stored.at(name) != value) {
            throw UsageError(quoted(file) + " is of a run with " + name + " = " + stored.at(name).dump() +
                             ", which cannot be resumed with " + name + " = " + value.dump());
        }
    }
}

/// "312 of 5000 steps of run 2 of 3" of a run that is not finished; empty for a finished one.
std::string unfinished(Json const& stored) {
    auto const& runs = stored.at("runs");
    auto const seeds = stored.at("seeds").get<std::size_t>();
    std::size_t const current = runs.size() - 1;
    auto const steps = runs.at(current).at("steps").get<std::int64_t>();
    if (runs.size() >= seeds && steps >= stored.at("steps").get<std::int64_t>()) {
        return "";
    }
    return std::to_string(steps) + " of " + stored.at("steps").dump() + " steps of run " + std::to_string(current + 1) +
           " of " + std::to_string(seeds);
}

Json json_of(StoredRun const& run) {
    return {{"seed", run.seed},
            {"steps", run.steps},
            {"seconds_training", run.seconds_training},
            {"state", run.state},
            {"curve", run.curve}};
}

}  // namespace

void add_checkpoint_options(CLI::App& app, CheckpointOptions& options) {
    add_flag(app, "--resume", options.resume, "continue the interrupted run in the output directory");
    add_whole_number(app, "--checkpoint-every", options.every, {0, 86'400},
                     "seconds between checkpoints, 0 for one after every step");
}

Checkpoint::Checkpoint(std::string program, CommonOptions const& options, CheckpointOptions const& checkpoints,
                       Json const& parameters, std::string const& model)
    : file_(file_of(options, model)), every_(checkpoints.every) {
    Json all = parameters;
    all["batch"] = options.batch;
    all["seed"] = options.seed;
    all["eval_every"] = options.eval_every;
    head_ = std::make_shared<Json const>(Json{{"program", std::move(program)},
                                              {"format", format},
                                              {"parameters", std::move(all)},
                                              {"steps", options.steps},
                                              {"seeds", options.seeds}});

    if (!std::filesystem::exists(file_)) {
        if (checkpoints.resume) {
            throw UsageError("there is no checkpoint " + quoted(file_) + " to resume; without --resume a run begins");
        }
        return;
    }
    Json const stored = json_in(file_);
    try {
        if (checkpoints.resume) {
            read(stored);
        } else if (std::string const done = unfinished(stored); !done.empty()) {
            throw UsageError(quoted(file_) + " holds " + done +
                             ": add --resume to continue it, choose another --out, or delete it to begin anew");
        }
    } catch (Json::exception const&) {
        throw std::runtime_error(quoted(file_) + " is not a checkpoint of this program; delete it to begin anew");
    }
}

void Checkpoint::read(Json const& stored) {
    require_same(file_, {{"program", stored.at("program")}, {"format", stored.at("format")}},
                 {{"program", head_->at("program")}, {"format", head_->at("format")}});
    require_same(file_, stored.at("parameters"), head_->at("parameters"));
    for (Json const& run : stored.at("runs")) {
        runs_.push_back({.seed = run.at("seed").get<std::uint32_t>(),
                         .steps = run.at("steps").get<std::int64_t>(),
                         .seconds_training = run.at("seconds_training").get<double>(),
                         .state = run.at("state").get<std::string>(),
                         .curve = run.at("curve").get<std::vector<std::string>>()});
        if (auto const steps = head_->at("steps").get<std::int64_t>(); runs_.back().steps > steps) {
            throw UsageError(quoted(file_) + " has done " + std::to_string(runs_.back().steps) +
                             " steps, so it cannot be resumed with --steps " + std::to_string(steps));
        }
    }
    if (auto const seeds = head_->at("seeds").get<std::size_t>(); runs_.size() > seeds) {
        throw UsageError(quoted(file_) + " holds " + std::to_string(runs_.size()) +
                         " runs, so it cannot be resumed with --seeds " + std::to_string(seeds));
    }
}

void Checkpoint::write(std::size_t number, StoredRun run) {
    runs_.resize(std::max(runs_.size(), number + 1));
    runs_[number] = std::move(run);
    Json json = *head_;
    for (StoredRun const& one : runs_) {
        json["runs"].push_back(json_of(one));
    }
    incontext::write_file(file_, json_text(json));
    next_ = std::chrono::steady_clock::now() + every_;
}

std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                              CheckpointOptions const& checkpoints, Json const& parameters,
                                              std::vector<std::string> const& models) {
    auto const is_stored = [&](std::string const& model) { return std::filesystem::exists(file_of(options, model)); };
    auto const stored = static_cast<std::size_t>(std::count_if(models.begin(), models.end(), is_stored));
    std::vector<Checkpoint> result;
    for (std::string const& model : models) {
        CheckpointOptions of_model = checkpoints;
        of_model.resume = checkpoints.resume && (is_stored(model) || stored == 0);
        result.emplace_back(program, options, of_model, parameters, model);
    }
    if (!checkpoints.resume && stored > 0 && stored < models.size()) {
        throw UsageError(quoted(options.out) + " holds the checkpoints of " + std::to_string(stored) + " of " +
                         std::to_string(models.size()) +
                         " models: add --resume to go on with the others, choose another --out, or delete it to begin "
                         "anew");
    }
    if (!checkpoints.resume) {
        // All of them are finished. A run that begins anew must not be resumed with models of the one before.
        for (std::string const& model : models) {
            std::filesystem::remove(file_of(options, model));
        }
    }
    return result;
}

std::vector<Checkpoint> checkpoints_of_models(std::string const& program, CommonOptions const& options,
                                              CheckpointOptions const& checkpoints, Json const& parameters,
                                              std::vector<int> const& models) {
    std::vector<std::string> names;
    for (int const model : models) {
        names.push_back(std::to_string(model));
    }
    return checkpoints_of_models(program, options, checkpoints, parameters, names);
}

}  // namespace reproduce
