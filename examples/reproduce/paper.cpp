// SPDX-License-Identifier: MIT
// The whole paper on one page: runs every experiment, holds every claim against its number, and writes one file.
//
//   plan         what will run, how long it takes here, what is done already
//   runs         each experiment is a process of its own; an interruption anywhere, and the same command goes on
//   page         out/paper/index.html: claims with verdicts, theorems, figures, where paper and code disagree
//
// The claims and their tolerances: paper/claims.cpp.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "common/options.hpp"
#include "paper/page.hpp"
#include "paper/plan.hpp"
#include "paper/runs.hpp"
#include "tools/interruption.hpp"
#include "tools/output_directory.hpp"
#include "tools/parts.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"

#ifndef REPRODUCE_REPOSITORY
#error "REPRODUCE_REPOSITORY is the directory of the sources, whose static_asserts the page shows"
#endif

namespace {

using namespace paper;
using namespace reproduce;

struct PaperOptions {
    RunOptions runs{.out = "out/paper", .threads = hardware_threads()};
    std::vector<std::string> only{};
    bool quick = false;
    bool plan_alone = false;
    bool page_alone = false;
    std::filesystem::path report{};
    std::filesystem::path repository = REPRODUCE_REPOSITORY;
};

std::vector<Experiment> chosen(PaperOptions const& options) {
    std::vector<Experiment> result;
    std::copy_if(experiments().begin(), experiments().end(), std::back_inserter(result),
                 [&](Experiment const& experiment) {
                     return options.only.empty() ||
                            std::find(options.only.begin(), options.only.end(), experiment.name) != options.only.end();
                 });
    return result;
}

std::string state_text(RunState const& state, bool again) {
    switch (state.stage) {
        case Stage::finished:
            return again ? "done, once more from its checkpoint" : "done";
        case Stage::begun:
            return "begun, " + tools::duration_text(state.seconds) + " so far";
        case Stage::failed:
            return "failed before, once more";
        case Stage::other:
            return state.failure;
        case Stage::not_run:
            break;
    }
    return "";
}

/// What will run, and how long it takes here. Returns the seconds of all.
double show_plan(PaperOptions const& options, std::vector<Experiment> const& all, double slow) {
    double sum = 0;
    if (!options.runs.quiet) {
        std::printf("%-22s %12s\n", "experiment", "about");
    }
    for (Experiment const& experiment : all) {
        double const seconds = seconds_left(experiment, options.runs, slow);
        sum += seconds;
        if (!options.runs.quiet) {
            std::printf("%-22s %12s   %s\n", experiment.name.c_str(),
                        seconds > 0 ? tools::duration_text(seconds).c_str() : "–",
                        state_text(state_of(experiment, options.runs), options.runs.again).c_str());
        }
    }
    if (!options.runs.quiet) {
        std::printf("%-22s %12s   on %d %s, measured by a few steps: %.2f times those of the machine of reference\n\n",
                    "all of them", tools::duration_text(sum).c_str(), options.runs.threads,
                    options.runs.threads == 1 ? "thread" : "threads", slow);
        std::fflush(stdout);
    }
    return sum;
}

/// Runs what is left; returns the experiments that failed.
std::vector<std::string> run_all(PaperOptions const& options, std::vector<Experiment> const& all, double slow) {
    std::vector<std::string> failed;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!options.runs.again && state_of(all[i], options.runs).stage == Stage::finished) {
            continue;
        }
        double left = 0;
        for (std::size_t next = i; next < all.size(); ++next) {
            left += seconds_left(all[next], options.runs, slow);
        }
        if (!options.runs.quiet) {
            std::printf("\n== %zu of %zu: %s, about %s; all that is left %s\n", i + 1, all.size(), all[i].name.c_str(),
                        tools::duration_text(seconds_left(all[i], options.runs, slow)).c_str(),
                        tools::duration_text(left).c_str());
            std::fflush(stdout);
        }
        RunState const state = run(all[i], options.runs);
        if (state.stage == Stage::failed || state.stage == Stage::other) {
            failed.push_back(all[i].name + " (" + state.failure + ")");
        }
    }
    return failed;
}

void make_paper(PaperOptions& options) {
    if (options.quick && options.runs.full) {
        throw UsageError("--quick and --full are two kinds of run: give one of them");
    }
    for (std::string const& name : options.only) {
        if (std::none_of(experiments().begin(), experiments().end(),
                         [&](Experiment const& of) { return of.name == name; })) {
            std::string list;
            for (Experiment const& of : experiments()) {
                list += (list.empty() ? "" : ", ") + of.name;
            }
            throw UsageError("--only knows no experiment '" + name + "'; there are " + list);
        }
    }
    std::vector<Experiment> const all = chosen(options);
    if (options.plan_alone) {
        show_plan(options, all, slowness(options.runs.threads));
        return;
    }
    if (!options.report.empty()) {
        require_place_for_report(options.runs, options.report);  // before anything runs for hours
    }
    OutputDirectory const directory(options.runs.out, "paper");
    std::vector<std::string> failed;
    tools::say_when_interrupted("interrupted; what has finished is kept, and the same command goes on");
    if (!options.page_alone) {
        double const slow = slowness(options.runs.threads);
        show_plan(options, all, slow);
        failed = run_all(options, all, slow);
    }
    PageText const page = page_of(options.runs, options.repository);
    directory.write("index.html", page.html);
    bool const has_failed = !failed.empty() || page.failed > 0;  // in this call, or before
    if (!options.report.empty() && !has_failed) {
        OutputDirectory const report(options.report, "paper");
        tools::Postponement const postponed;  // no results beside the page of others
        copy_results(options.runs, options.report);
        report.write("index.html", page.html);
    }
    if (!options.runs.quiet) {
        std::printf(
            "\nOf %d claims %d hold here, %d differ, %d are not stated in the paper, %d have not been run, %d failed; "
            "open %s\n",
            page.rows, page.equal, page.different, page.not_stated, page.not_run, page.failed,
            (options.runs.out / "index.html").string().c_str());
    }
    if (!failed.empty()) {
        std::string list;
        for (std::string const& name : failed) {
            list += (list.empty() ? "" : ", ") + name;
        }
        throw std::runtime_error("these experiments failed: " + list);
    }
    if (!options.report.empty() && has_failed) {
        throw std::runtime_error("no report was written, for rows of the page have failed: " +
                                 std::to_string(page.failed));
    }
}

void add_options(CLI::App& app, PaperOptions& options) {
    add_flag(app, "--quick", options.quick, "shorter runs than the paper's; the default");
    add_flag(app, "--full", options.runs.full, "the paper's own settings");
    add_text(app, "--only", [&options](std::string const& text) { options.only = tools::parts_of(text, ','); },
             "these experiments", {.value = "NAME,NAME,...", .by_default = "all"});
    add_text(app, "--out", [&options](std::string const& text) { options.runs.out = text; },
             "directory of the page and the results", {.value = "DIRECTORY", .by_default = options.runs.out.string()});
    add_text(app, "--programs", [&options](std::string const& text) { options.runs.programs = text; },
             "where the programs of the experiments are", {.value = "DIRECTORY", .by_default = "beside this one"});
    add_whole_number(app, "--threads", options.runs.threads, {1, 1'024}, "threads; any number gives the same bits");
    add_flag(app, "--plan", options.plan_alone, "only says what would run, and how long it takes");
    add_flag(app, "--page", options.page_alone, "only writes the page, of what has run");
    add_flag(app, "--again", options.runs.again,
             "finished experiments once more, from their checkpoints: draws their figures anew");
    add_text(
        app, "--report", [&options](std::string const& text) { options.report = text; },
        "also writes the page there, with the results that it is made of, unless an experiment or a row has failed",
        {.value = "DIRECTORY", .by_default = "none"});
    add_flag(app, "--quiet", options.runs.quiet, "no progress and no summary; errors stay");
    app.parse_complete_callback([&app, &options] {
        if (options.plan_alone) {
            require_none_of(app, {"--page", "--report", "--programs", "--quiet"},
                            "--plan only says what would run, and writes nothing");
        }
        if (options.page_alone) {
            require_none_of(app, {"--only", "--again", "--programs", "--threads"},
                            "--page runs nothing, and shows all that has run");
        }
    });
}

/// Where this program is, also if it was found by PATH.
std::filesystem::path directory_of_program(std::filesystem::path const& called) {
    std::error_code unknown;
    std::filesystem::path const program = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return (unknown ? called : program).parent_path();
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGCHLD, SIG_DFL);  // where it is ignored, which a program inherits, nobody is told how a child ended
    PaperOptions options;
    options.runs.programs = directory_of_program(argc > 0 ? argv[0] : "");
    return run_program(
        argc, argv,
        "Runs every experiment of the paper and writes one page: each claim, the paper's value, ours, a verdict.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { make_paper(options); });
}
