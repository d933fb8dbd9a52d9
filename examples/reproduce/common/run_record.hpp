// SPDX-License-Identifier: MIT
/// @file
/// What an experiment says of itself: at the beginning of run.json, and in the last line of its summary.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "tools/record.hpp"

namespace reproduce {

/// The beginning of run.json: record_of_build and, under "parameters", the common options, those of checkpoints, and the
/// program's own: all that changes its results, as opened_directory was told. The program adds its results, in the order in
/// which they shall be read:
///
///     auto record = run_record("depth", options.common, options.checkpoint, {{"layers", options.layers}});
///     record["loss_trained"] = loss;
///     add_training_builds(record, checkpoint);
///     directory.write("run.json", json_text(record));
///
/// Date, build and hardware are those of the program that writes it. Where --resume takes what another one has trained, that one's
/// losses and seconds stand beside them.
[[nodiscard]] nlohmann::ordered_json run_record(
    std::string const& program, CommonOptions const& options, CheckpointOptions const& checkpoints,
    nlohmann::ordered_json const& parameters = nlohmann::ordered_json::object());

/// Adds "trained_by", the build lines of the checkpoints, after "hardware", if one of them is not the build of this program. The
/// machine stands in no checkpoint, but its sets of instructions do. Test: tests/example/one_step/checkpoints.cmake,
/// tests/example/inputs/results.cmake.
void add_training_builds(nlohmann::ordered_json& record, std::vector<Checkpoint> const& checkpoints);
void add_training_builds(nlohmann::ordered_json& record, Checkpoint const& checkpoint);

/// "3.0 s", the mean of one seed; "3.0 s per seed" where there are several.
[[nodiscard]] std::string training_text(double seconds_of_one, CommonOptions const& options);

/// How a summary ends: "training 3.0 s per seed on 2 threads, everything since the start 12 s; results in out/sizes".
/// `training` is training_text, or a duration with its own words.
[[nodiscard]] std::string times_text(std::string const& training, double seconds_total, CommonOptions const& options);

}  // namespace reproduce
