// SPDX-License-Identifier: MIT
// What all benchmark programs have measured, side by side.
//
//     report --out results layer.json products.json pytorch_peer.json
//
// writes results.md (tables), results.csv (every number) and, where there is a gnuplot, charts as SVG. A file that is
// missing or damaged is named in a sentence and skipped; so is a chart that has nothing to show.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "charts.hpp"
#include "common/gnuplot.hpp"
#include "common/output_directory.hpp"
#include "common/program.hpp"
#include "measurements.hpp"
#include "tables.hpp"

namespace {

using namespace report;
using reproduce::OutputDirectory;

struct Options {
    std::vector<std::string> files{};
    std::string out = "out/benchmarks";
};

void add_options(CLI::App& app, Options& options) {
    app.add_option("files", options.files, "JSON files of the benchmark programs")->required()->type_name("FILE...");
    app.add_option("--out", options.out, "directory of the report, created where absent")
        ->type_name("DIRECTORY")
        ->capture_default_str();
}

Measurements read(std::vector<std::string> const& files) {
    Measurements measurements;
    for (std::string const& file : files) {
        try {
            for (std::string const& sentence : add_measurements(file, measurements)) {
                std::cout << "'" << file << "': " << sentence << "\n";
            }
        } catch (std::runtime_error const& error) {
            std::cout << error.what() << "\n";
        }
    }
    if (measurements.benchmarks.empty()) {
        throw std::runtime_error("no benchmark was found in any of these files");
    }
    return measurements;
}

/// Draws a chart, or says in a line why there is none; then an older one is removed, for it shows other numbers.
bool draw(OutputDirectory const& directory, Chart const& chart) {
    std::string reason = "nothing that it would show was measured";
    if (!chart.script.empty()) {
        try {
            directory.write(chart.file, reproduce::svg_from_gnuplot(chart.script));
            return true;
        } catch (std::exception const& error) {
            reason = error.what();
        }
    }
    std::cout << "no " << chart.file << ": " << reason << "\n";
    std::error_code ignored;
    std::filesystem::remove(directory.path() / chart.file, ignored);
    return false;
}

void write_report(Options const& options) {
    Measurements const measurements = read(options.files);
    OutputDirectory const directory(options.out);
    std::vector<Figure> figures;
    for (Chart const& chart : charts(measurements)) {
        if (draw(directory, chart)) {
            figures.push_back({.file = chart.file, .title = chart.title});
        }
    }
    directory.write("results.csv", comma_separated_values(measurements));
    directory.write("results.md", markdown(measurements, figures));
    std::cout << "the report is " << (directory.path() / "results.md").string() << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return reproduce::run_program(
        argc, argv, "Makes tables and charts of what the benchmark programs have measured.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { write_report(options); });
}
