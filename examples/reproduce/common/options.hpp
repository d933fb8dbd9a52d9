// SPDX-License-Identifier: MIT
/// @file
/// The options that all reproduction programs understand, so that one habit serves for all of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tools/record.hpp"

namespace CLI {
class App;  // the functions below are all that programs need of it: its header takes seconds to compile
}

namespace reproduce {

using namespace tools;  // what the experiments share with the report of the benchmarks

/// What --quick puts in the place of defaults; 0 leaves a default as it is.
struct QuickDefaults {
    int steps = 0;
    int batch = 0;
    int seeds = 0;
    int eval_every = 0;
    char const* and_then = "";  // what else --quick does, whatever options are given
};

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
    bool quick = false;
    QuickDefaults quick_defaults{};
};

/// Adds --steps --batch --seed --seeds --eval-every --threads --out --quiet with their bounds, and --quick where there are quick
/// defaults: they count for the options that the command line does not give, wherever --quick stands in it. `options` is written
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

/// What the help shows of an option.
struct OptionTexts {
    std::string value;
    std::string by_default;
};

/// Adds an option for a text, which assign(text) takes or refuses with a UsageError.
void add_text(CLI::App& app, std::string const& name, std::function<void(std::string const&)> const& assign,
              std::string const& help, OptionTexts const& texts);

/// Adds an option that is there or not.
void add_flag(CLI::App& app, std::string const& name, bool& value, std::string const& help);

/// Refuses options that would be ignored without a word beside another one, of which `instead` says why.
/// Errors: a UsageError, "--plan writes nothing, so it goes without --page".
void require_none_of(CLI::App const& app, std::vector<std::string> const& options, std::string const& instead);

/// What the help says is the default of an option that was added before.
void set_default_text(CLI::App& app, std::string const& name, std::string const& text);

}  // namespace reproduce
