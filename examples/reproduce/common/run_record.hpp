// SPDX-License-Identifier: MIT
/// @file
/// What an experiment says of itself: at the beginning of run.json, and in the last line of its summary.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

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
///     directory.write("run.json", json_text(record));
[[nodiscard]] nlohmann::ordered_json run_record(
    std::string const& program, CommonOptions const& options, CheckpointOptions const& checkpoints,
    nlohmann::ordered_json const& parameters = nlohmann::ordered_json::object());

/// "3.0 s", the mean of one seed; "3.0 s per seed" where there are several.
[[nodiscard]] std::string training_text(double seconds_of_one, CommonOptions const& options);

/// How a summary ends: "training 3.0 s per seed on 2 threads, everything since the start 12 s; results in out/sizes".
/// `training` is training_text, or a duration with its own words.
[[nodiscard]] std::string times_text(std::string const& training, double seconds_total, CommonOptions const& options);

}  // namespace reproduce
