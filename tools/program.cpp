// SPDX-License-Identifier: MIT
#include "tools/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <new>

#include "tools/interruption.hpp"

namespace tools {
namespace {

constexpr int run_time_error = 1;
constexpr int usage_error = 2;

/// One line, whatever the message holds: scripts and people read errors line by line.
int report(std::string const& program, std::string sentence, int exit_code) {
    std::replace_if(
        sentence.begin(), sentence.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    std::cout.flush();
    std::cerr << program << ": " << sentence << std::endl;
    return exit_code;
}

/// True for --help; throws UsageError where the command line is wrong.
bool asks_for_help(CLI::App& app, int argc, char const* const* argv) {
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        std::cout << app.help();
        return true;
    } catch (CLI::ExtrasError const&) {
        throw UsageError("unknown option '" + app.remaining().front() + "'; --help lists what there is");
    } catch (CLI::ArgumentMismatch const& error) {
        std::string const message = error.what();  // "--steps: 1 required N missing"
        throw UsageError(message.substr(0, message.find(':')) + " expects one value and to be given once");
    } catch (CLI::ParseError const& error) {
        throw UsageError(error.what());
    }
    return false;
}

}  // namespace

void check_standard_output() {
    std::cout.flush();
    if (!std::cout || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        throw std::runtime_error("the standard output could not be written completely");
    }
}

int run_program(int argc, char const* const* argv, std::string const& description,
                std::function<void(CLI::App&)> const& add_options, std::function<void()> const& body) {
#ifdef SIGXFSZ
    std::signal(SIGXFSZ, SIG_IGN);  // a file over the user's limit is then an error of write, like a full disk
#endif
    std::string const program = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "reproduce";
    try {
        CLI::App app(description, program);
        add_options(app);
        if (!asks_for_help(app, argc, argv)) {
            InterruptionWatch const watch(program);
            body();
        }
        check_standard_output();  // a summary that a full disk did not take was not delivered
        return 0;
    } catch (UsageError const& error) {
        return report(program, error.what(), usage_error);
    } catch (Interrupted const& error) {
        return report(program, error.what(), interrupted_exit_code);
    } catch (std::bad_alloc const&) {
        return report(program, "the machine has not enough memory for this run", run_time_error);
    } catch (std::exception const& error) {
        return report(program, error.what(), run_time_error);
    }
}

}  // namespace tools
