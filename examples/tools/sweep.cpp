// SPDX-License-Identifier: MIT
// A grid of sizes, settings and seeds: every cell is a model that is trained once, and a row of sweep.csv.
//
//   one process     sweep --input 5,10 --context 10,20 --seeds 0:9
//   several         mpirun -n 4 sweep --input 5,10 --context 10,20 --seeds 0:9
//
// A cell is finished when its file stands in cells/. The next start trains what is not finished, whoever ended the last one. The
// rows are the same bits for any number of ranks and threads, on machines of one kind with one compiler. Sizes are compiled:
// examples/tools/sweep.cmake.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/linked.hpp"
#include "common/options.hpp"
#include "incontext/io/atomic_file.hpp"
#include "sweep/cell.hpp"
#include "sweep/grid.hpp"
#include "sweep/ranks.hpp"
#include "tools/interruption.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/record.hpp"
#include "tools/statistics.hpp"
#include "tools/text_file.hpp"

namespace {

using namespace sweep;
using reproduce::Linked;

constexpr char const* program = "sweep";

struct SweepOptions {
    Grid grid{};
    std::filesystem::path out = "out/sweep";
    int threads = 1;
    bool plan_alone = false;
    bool quiet = false;
};

std::string compiled_sizes() {
    std::string list;
    for (Size const& size : Linked<Size>::models()) {
        list += (list.empty() ? "" : ";") + text_of(size.input, size.context, size.layers);
    }
    return list;
}

/// Errors: a UsageError with the line that configures the build for a size that was not compiled.
Size const& size_of(Cell const& cell) {
    auto const& sizes = Linked<Size>::models();
    auto const found = std::find_if(sizes.begin(), sizes.end(), [&](Size const& size) {
        return size.input == cell.input && size.context == cell.context && size.layers == cell.layers;
    });
    if (found == sizes.end()) {
        std::string const wanted = text_of(cell.input, cell.context, cell.layers);
        throw tools::UsageError("the size " + wanted +
                                " was not compiled: cmake --preset release -D \"INCONTEXT_SWEEP_SIZES=" +
                                compiled_sizes() + ";" + wanted + "\" && cmake --build build/release --target sweep");
    }
    return *found;
}

/// The seconds of each cell: those of a size, measured once for each kind of training.
std::vector<double> seconds_of(std::vector<Cell> const& cells, std::vector<char> const& done,
                               incontext::Workers& workers) {
    std::vector<double> result(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        bool const is_like_last = i > 0 && result[i - 1] > 0 && cells[i].input == cells[i - 1].input &&
                                  cells[i].context == cells[i - 1].context && cells[i].layers == cells[i - 1].layers &&
                                  cells[i].batch == cells[i - 1].batch;
        result[i] = done[i] != 0   ? 0
                    : is_like_last ? result[i - 1] / cells[i - 1].steps * cells[i].steps
                                   : size_of(cells[i]).seconds(cells[i], workers);
    }
    return result;
}

void say(SweepOptions const& options, Ranks const& ranks, std::string const& line) {
    if (ranks.is_first() && !options.quiet) {
        std::printf("%s\n", line.c_str());
        std::fflush(stdout);
    }
}

/// What will run, and how long it takes. Returns the cells of this rank: those that are not finished, in turn.
std::vector<std::size_t> planned(SweepOptions const& options, Ranks const& ranks, std::vector<Cell> const& cells,
                                 std::vector<char> const& done, incontext::Workers& workers) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (done[i] == 0) {
            open.push_back(i);
        }
    }
    if (ranks.is_first() && !options.quiet) {
        auto const seconds = seconds_of(cells, done, workers);
        double sum = 0;
        double longest = 0;
        for (double const of_cell : seconds) {
            sum += of_cell;
            longest = std::max(longest, of_cell);
        }
        say(options, ranks,
            std::to_string(cells.size()) + " cells, of which " + std::to_string(cells.size() - open.size()) +
                " are finished; " + "the longest takes about " + tools::duration_text(longest) +
                ", all that are left about " + tools::duration_text(sum / ranks.count()) + " on " +
                std::to_string(ranks.count()) + (ranks.count() == 1 ? " process" : " processes") + " of " +
                std::to_string(options.threads) + (options.threads == 1 ? " thread" : " threads"));
    }
    std::vector<std::size_t> mine;
    for (std::size_t i = static_cast<std::size_t>(ranks.rank()); i < open.size();
         i += static_cast<std::size_t>(ranks.count())) {
        mine.push_back(open[i]);
    }
    return mine;
}

void train(SweepOptions const& options, Ranks const& ranks, std::vector<Cell> const& cells,
           std::vector<std::size_t> const& mine, incontext::Workers& workers) {
    std::size_t finished = 0;
    for (std::size_t const i : mine) {
        tools::Stopwatch watch;
        watch.start();
        CellResult const result = size_of(cells[i]).trained(cells[i], workers);
        watch.stop();
        {
            tools::Postponement const postponed;  // so that nothing half written stays
            auto const file = file_of(options.out, cells[i]);
            incontext::write_file(file.string() + ".seconds", std::to_string(watch.seconds()) + "\n");
            keep_row(options.out, cells[i], result);
        }
        ++finished;
        say(options, ranks,
            text_of(cells[i].input, cells[i].context, cells[i].layers) + " seed " + std::to_string(cells[i].seed) +
                ": loss " + std::to_string(result.loss_trained) + ", " + std::to_string(finished) + " of " +
                std::to_string(mine.size()) + (ranks.count() > 1 ? " of this rank" : "") + ", took " +
                tools::duration_text(watch.seconds()));
    }
}

/// The rows of all cells, in the order of the grid; and beside them the seconds, which are no result.
void write_table(tools::OutputDirectory const& directory, std::vector<Cell> const& cells) {
    std::string rows = header();
    std::string seconds = "row,seconds\n";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto const row = finished_row(directory.path(), cells[i]);
        if (!row) {
            throw std::runtime_error(
                "'" + file_of(directory.path(), cells[i]).string() +
                "' is missing, although its cell was trained: do the processes see one directory?");
        }
        rows += *row;
        std::filesystem::path const of_cell = file_of(directory.path(), cells[i]).string() + ".seconds";
        if (std::filesystem::exists(of_cell)) {
            seconds += std::to_string(i + 1) + "," + tools::text_of_file(of_cell);
        }
    }
    directory.write("seconds.csv", seconds);
    directory.write("sweep.csv", rows);
}

/// Rows of two builds differ in their last bits. The first run says by what it was compiled; another build is refused.
void require_same_build(std::filesystem::path const& file) {
    std::string text;
    auto const build = tools::build();
    for (auto const& [name, value] : build.items()) {
        text += name + ": " + value.get<std::string>() + "\n";
    }
    if (!std::filesystem::exists(file)) {
        tools::Postponement const postponed;
        incontext::write_file(file.string(), text);
    } else if (tools::text_of_file(file) != text) {
        throw std::runtime_error("the cells there are of another build, as '" + file.string() +
                                 "' says: choose another --out, or remove them");
    }
}

void work(SweepOptions const& options, std::vector<Cell> const& cells, Ranks const& ranks) {
    incontext::Workers workers(options.threads);
    std::optional<tools::OutputDirectory> directory;
    if (!options.plan_alone) {
        tools::say_when_interrupted(
            "interrupted: the finished cells are kept, and the same command goes on with the others");
    }
    std::vector<char> done(cells.size());
    if (ranks.is_first()) {
        if (!options.plan_alone) {
            directory.emplace(options.out, program);
            std::filesystem::create_directories(options.out / "cells");
            directory->clean("cells");
            require_same_build(options.out / "cells" / "build.txt");
        }
        for (std::size_t i = 0; i < cells.size(); ++i) {
            done[i] = finished_row(options.out, cells[i]).has_value() ? 1 : 0;
        }
    }
    ranks.share(done);
    auto const mine = planned(options, ranks, cells, done, workers);
    if (options.plan_alone) {
        return;
    }
    if (ranks.is_first() && std::find(done.begin(), done.end(), 0) != done.end()) {
        std::filesystem::remove(options.out / "sweep.csv");  // of a smaller grid
    }
    train(options, ranks, cells, mine, workers);
    ranks.wait();
    if (ranks.is_first()) {
        write_table(*directory, cells);
        say(options, ranks, "results in " + (options.out / "sweep.csv").string());
    }
}

void run(SweepOptions const& options) {
    std::vector<Cell> const cells = options.grid.cells();
    for (Cell const& cell : cells) {
        size_of(cell);  // before anything is written
    }
    Ranks const ranks;
    try {
        work(options, cells, ranks);
    } catch (std::exception const& error) {
        ranks.fail(program, error.what());
        throw;
    }
}

void add_options(CLI::App& app, SweepOptions& options) {
    using namespace reproduce;
    auto const add_numbers = [&app](std::string const& name, auto& values, long least, long greatest,
                                    std::string const& help, std::string const& by_default) {
        add_text(app, name,
                 [name, &values, least, greatest](std::string const& text) {
                     auto const numbers = whole_numbers_in(name, text, least, greatest);
                     values.assign(numbers.begin(), numbers.end());
                 },
                 help, {.value = "N,N:N,...", .by_default = by_default});
    };
    Grid& grid = options.grid;
    add_numbers("--input", grid.inputs, 1, 999, "dimensions of the input", "10");
    add_numbers("--context", grid.contexts, 1, 999, "examples in context", "10");
    add_numbers("--layers", grid.layers, 1, 99, "layers, each with its own weights", "1");
    add_numbers("--steps", grid.steps, 1, 1'000'000'000, "training steps", "5000");
    add_numbers("--batch", grid.batches, 1, 1'000'000, "tasks per training step", "2048");
    add_numbers("--seeds", grid.seeds, 0, 2'147'483'647, "seeds", "0");
    add_text(app, "--rate", [&grid](std::string const& text) { grid.rates = rates_in("--rate", text); },
             "learning rates of Adam",
             {.value = "R,R,...", .by_default = "the paper's: 0.001; 0.0005 for more than three layers"});
    add_whole_number(app, "--threads", options.threads, {1, 1'024},
                     "threads of each process; any number gives the same bits");
    add_text(app, "--out",
             [&options](std::string const& text) {
                 if (text.empty()) {
                     throw UsageError("--out expects the name of a directory, not an empty text");
                 }
                 options.out = text;
             },
             "directory of the results", {.value = "DIRECTORY", .by_default = options.out.string()});
    add_flag(app, "--plan", options.plan_alone, "only says how many cells there are, and how long they take");
    add_flag(app, "--quiet", options.quiet, "no progress and no summary; errors stay");
    app.parse_complete_callback([&app, &options] {
        if (options.plan_alone) {
            require_none_of(app, {"--quiet"}, "--plan only says what would run");
        }
    });
}

}  // namespace

int main(int argc, char** argv) {
    SweepOptions options;
    return tools::run_program(
        argc, argv,
        std::string("Trains a model for every cell of a grid of sizes, settings and seeds. Compiled ") +
            (Ranks::has_mpi() ? "with MPI" : "without MPI") + ", for the sizes (input x context x layers) " +
            compiled_sizes() + ".",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}
