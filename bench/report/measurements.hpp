// SPDX-License-Identifier: MIT
/// @file
/// What the benchmark programs have measured, from the JSON files that they leave.
///
/// A benchmark is called work/competitor/size: layer/incontext_lanes/11, prediction/eigen_dynamic/1000,
/// compile/clang++/proof_token_dim_16. The size need not be a number.
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
    std::optional<double> gigaflops{};  // per second
    std::optional<double> of_peak{};    // 1: as many fused multiply-adds as the machine can do
    std::optional<double> megabytes{};  // the most memory that was taken
};

/// One run of a benchmark program.
struct ProgramRun {
    std::string program{};
    std::string date{};
    std::string processors{};
    std::optional<double> peak{};  // GFlop/s in float on one thread, measured by the program itself
};

struct Measurements {
    std::vector<Measurement> benchmarks{};
    std::vector<ProgramRun> runs{};
};

/// Adds what the file holds. A benchmark that is known already is replaced: the later file counts.
///
/// The median is that of Google Benchmark where it repeated the benchmark, otherwise that of the entries that there are.
/// The time is the processor's for one thread and the clock's for several threads and for compilers.
/// Returns one sentence for each benchmark that is left out: one without two slashes in its name, or that failed.
/// Errors: a file that is missing or not such a JSON throws std::runtime_error; then nothing is added.
std::vector<std::string> add_measurements(std::filesystem::path const& file, Measurements& measurements);

/// The number at the end of a text, which is digits alone or digits after something else: "2048", "token_dim_16".
[[nodiscard]] std::optional<double> number_at_end(std::string_view text);

/// The order in which people count: 4 before 11, a_2 before a_10; otherwise that of the alphabet.
[[nodiscard]] bool comes_before(std::string_view left, std::string_view right);

/// All works, in the order of the report: those that it knows, then the others as they were read.
[[nodiscard]] std::vector<std::string> works(Measurements const& measurements);

/// What a work consists of, in a sentence; nothing for a work that the report does not know.
[[nodiscard]] std::string_view description(std::string_view work);

/// The benchmark of that name, or nullptr.
[[nodiscard]] Measurement const* find(Measurements const& measurements, std::string_view work,
                                      std::string_view competitor, std::string_view size);

/// Ours, which this competitor is compared with in the same work and size, on as many threads. nullptr: there is none.
[[nodiscard]] Measurement const* reference(Measurements const& measurements, Measurement const& competitor);

}  // namespace report
