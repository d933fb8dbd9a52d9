// SPDX-License-Identifier: MIT
#include "common/run_record.hpp"

#include <algorithm>
#include <utility>

#include "tools/progress.hpp"

namespace reproduce {
namespace {

void add_builds(nlohmann::ordered_json& record, std::vector<std::string> builds) {
    std::sort(builds.begin(), builds.end());
    builds.erase(std::unique(builds.begin(), builds.end()), builds.end());
    if (builds == std::vector{build_line()}) {
        return;
    }
    nlohmann::ordered_json with_builds;
    for (auto const& [name, value] : record.items()) {
        with_builds[name] = value;
        if (name == "hardware") {
            with_builds["trained_by"] = builds;
        }
    }
    record = std::move(with_builds);
}

}  // namespace

nlohmann::ordered_json run_record(std::string const& program, CommonOptions const& options,
                                  CheckpointOptions const& checkpoints, nlohmann::ordered_json const& parameters) {
    nlohmann::ordered_json record = record_of_build(program);
    record["parameters"] = {
        {"steps", options.steps},      {"batch", options.batch},           {"seed", options.seed},
        {"seeds", options.seeds},      {"eval_every", options.eval_every}, {"threads", options.threads},
        {"out", options.out.string()}, {"quiet", options.quiet},           {"quick", options.quick}};
    record["parameters"].update(parameters);
    record["parameters"]["resume"] = checkpoints.resume;
    record["parameters"]["checkpoint_every"] = checkpoints.every;
    return record;
}

void add_training_builds(nlohmann::ordered_json& record, std::vector<Checkpoint> const& checkpoints) {
    std::vector<std::string> builds;
    for (Checkpoint const& checkpoint : checkpoints) {
        builds.push_back(checkpoint.build());
    }
    add_builds(record, builds);
}

void add_training_builds(nlohmann::ordered_json& record, Checkpoint const& checkpoint) {
    add_builds(record, {checkpoint.build()});
}

std::string training_text(double seconds_of_one, CommonOptions const& options) {
    return duration_text(seconds_of_one) + (options.seeds > 1 ? " per seed" : "");
}

std::string times_text(std::string const& training, double seconds_total, CommonOptions const& options) {
    return "training " + training + " on " + std::to_string(options.threads) +
           (options.threads == 1 ? " thread" : " threads") + ", everything since the start " +
           duration_text(seconds_total) + "; results in " + options.out.string();
}

}  // namespace reproduce
