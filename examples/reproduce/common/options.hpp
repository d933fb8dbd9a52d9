// SPDX-License-Identifier: MIT
/// @file
/// The options that all reproduction programs understand, so that one habit serves for all of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tools/record.hpp"

namespace CLI {
class App;  // programs with options of their own include <CLI/CLI.hpp>, the others need not pay for it
}

namespace reproduce {

using namespace tools;  // what the experiments share with the report of the benchmarks

/// What every program is told. The initial values are the defaults that --help shows; a program sets its own before
/// add_common_options: `CommonOptions options{.steps = 15000, .out = "out/depth"};`.
struct CommonOptions {
    int steps = 5000;                  // steps of the optimiser
    int batch = 2048;                  // tasks per step
    std::uint32_t seed = 0;            // of the first run
    int seeds = 1;                     // runs, with seeds seed, seed + 1, ...
    int eval_every = 100;              // steps between two evaluations
    int threads = hardware_threads();  // changes the time, never a bit of the result
    std::filesystem::path out{};       // directory of the results
    bool quiet = false;
};

/// Adds --steps --batch --seed --seeds --eval-every --threads --out --quiet with their bounds. `options` is written
/// when the command line is parsed and must live until then.
void add_common_options(CLI::App& app, CommonOptions& options);

/// The values that an option accepts, both ends included.
struct Bounds {
    std::int64_t least;
    std::int64_t greatest;
};

/// Adds an option for a whole number within bounds; the current value is the default that --help shows.
///
/// CLI11's own conversion reads 010 as eight and 0x10 as sixteen, and its messages do not name the bounds; this one is
/// decimal and says what it expects. Errors: a UsageError (tools/program.hpp) while the command line is parsed.
void add_whole_number(CLI::App& app, std::string const& name, int& value, Bounds bounds, std::string const& help);
void add_whole_number(CLI::App& app, std::string const& name, std::uint32_t& value, Bounds bounds,
                      std::string const& help);

}  // namespace reproduce
