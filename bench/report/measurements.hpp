// SPDX-License-Identifier: MIT
/// @file
/// What the benchmark programs have measured, from the JSON files that they leave.
///
/// A benchmark is called work/competitor/size: layer/incontext_lanes/11, compile/clang++/theorem.hpp. The size need not be
/// a number.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace report {

/// One benchmark: the median over its repetitions.
struct Measurement {
    std::string work{};
    std::string competitor{};
    std::string size{};
    double seconds = 0;  // of one iteration
    std::optional<double> tasks_per_second{};
    std::optional<double> of_peak{};   // 1: as many fused multiply-adds as the machine can do
    std::optional<double> of_floor{};  // the floor (bench/measure.hpp) divided by the time
};

/// One run of a benchmark program.
struct ProgramRun {
    std::string program{};
    std::string date{};
    std::string processors{};
    std::string cpu{};  // of the program itself; empty where the file does not tell
    std::string compiler{};
    std::string flags{};
    std::optional<double> peak{};  // GFlop/s in float on one thread, measured by the program itself
};

struct Measurements {
    std::vector<Measurement> benchmarks{};
    std::vector<ProgramRun> runs{};
};

/// Adds what the file holds. A benchmark that is known already is replaced: the later file counts.
///
/// The median is that of Google Benchmark where it repeated the benchmark, otherwise that of the entries that there are.
/// The time is the processor's on one thread, and the clock's on several or where the name says so.
/// Returns one sentence for each benchmark that is left out: one without two slashes in its name, or that failed.
/// Errors: a file that is missing or not such a JSON throws std::runtime_error; then nothing is added.
std::vector<std::string> add_measurements(std::filesystem::path const& file, Measurements& measurements);

/// Those of a work, in the order in which they were read.
[[nodiscard]] std::vector<Measurement> of_work(Measurements const& measurements, std::string_view work);

/// On what the benchmarks ran, and how they were compiled: each of the processors, compilers and sets of flags that a program
/// tells of; empty where none does.
[[nodiscard]] std::string machine_text(Measurements const& measurements);

/// How many times as long as ours it takes, in the same work and size and on as many threads; nothing without ours.
[[nodiscard]] std::optional<double> factor(Measurements const& measurements, Measurement const& competitor);

}  // namespace report
