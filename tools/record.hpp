// SPDX-License-Identifier: MIT
/// @file
/// What a result needs to be worth something later: which program, built how, run where and when; and its JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tools {

/// The number of threads that this machine runs at once; at least 1.
[[nodiscard]] int hardware_threads();

/// This second: "2026-01-31T12:00:00Z".
[[nodiscard]] std::string utc_now();

/// Version, compiler, flags and sets of instructions, each in a text: what results of the same bits have in common.
[[nodiscard]] nlohmann::ordered_json build();

/// The same in a line: "version 0.1.0, g++ 12.2.0, -march=native -O2 -DNDEBUG (AVX AVX2 FMA)".
[[nodiscard]] std::string build_line();

/// Program, date, build, its type, and hardware.
[[nodiscard]] nlohmann::ordered_json record_of_build(std::string const& program);

/// Indented JSON with a newline at its end; a row of numbers stays on one line.
///
/// JSON has no NaN and no infinity, and nlohmann-json would write null for them without a word. Errors: such a number
/// throws std::runtime_error with the path of its key ("/curves/loss/3").
[[nodiscard]] std::string json_text(nlohmann::ordered_json const& json);

}  // namespace tools
