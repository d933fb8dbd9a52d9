// SPDX-License-Identifier: MIT
#include "common/run_record.hpp"

#include "tools/progress.hpp"

namespace reproduce {

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

std::string training_text(double seconds_of_one, CommonOptions const& options) {
    return duration_text(seconds_of_one) + (options.seeds > 1 ? " per seed" : "");
}

std::string times_text(std::string const& training, double seconds_total, CommonOptions const& options) {
    return "training " + training + " on " + std::to_string(options.threads) +
           (options.threads == 1 ? " thread" : " threads") + ", everything since the start " +
           duration_text(seconds_total) + "; results in " + options.out.string();
}

}  // namespace reproduce
