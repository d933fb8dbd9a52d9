// SPDX-License-Identifier: MIT
/// @file
/// The frame of every reproduction program: how it is called, how it fails.
///
///     int main(int argc, char** argv) {
///         CommonOptions options{.out = "out/one_step"};
///         return run_program(
///             argc, argv, "Trains one layer of linear self-attention and compares it with one gradient step.",
///             [&](CLI::App& app) { add_common_options(app, options); }, [&] { one_step(options); });
///     }
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace CLI {
class App;
}

namespace tools {

/// The command line asks for something impossible. what() is one sentence without the program's name.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The exit code of a program that was asked to end, as shells number it.
inline constexpr int interrupted_exit_code = 130;

/// The run was asked to stop (interruption.hpp) and has stopped in good order. what() is one sentence that says how to
/// go on.
class Interrupted : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Writes what was printed so far. Errors: std::runtime_error where the standard output did not take all of it, as a full disk.
void check_standard_output();

/// Reads the command line, runs the body, and turns what goes wrong into one sentence on stderr and an exit code.
///
/// Returns 0 when the body returns, or for --help, which goes to stdout; 2 for a mistake in the command line, found by
/// CLI11 or thrown as a UsageError by the body; 130 for an Interrupted; 1 for any other exception, and when stdout could not
/// be written. While the body runs, a signal ends the program with one sentence, too (interruption.hpp).
[[nodiscard]] int run_program(int argc, char const* const* argv, std::string const& description,
                              std::function<void(CLI::App&)> const& add_options, std::function<void()> const& body);

}  // namespace tools
