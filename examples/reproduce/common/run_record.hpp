// SPDX-License-Identifier: MIT
/// @file
/// What a result needs to be worth something later: which program, built how, run where, when, and with what.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/options.hpp"

namespace reproduce {

/// The beginning of run.json: program, version, date, compiler, flags, build type, hardware and, under "parameters",
/// the common options. The program adds its own parameters and its results, in the order in which they shall be read:
///
///     auto record = run_record("one_step", options);
///     record["loss_trained"] = loss;
///     directory.write("run.json", json_text(record));
[[nodiscard]] nlohmann::ordered_json run_record(std::string const& program, CommonOptions const& options);

/// Indented JSON with a newline at its end; a row of numbers stays on one line.
///
/// JSON has no NaN and no infinity, and nlohmann-json would write null for them without a word. Errors: such a number
/// throws std::runtime_error with the path of its key ("/curves/loss/3").
[[nodiscard]] std::string json_text(nlohmann::ordered_json const& json);

}  // namespace reproduce
