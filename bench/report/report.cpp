// SPDX-License-Identifier: MIT
// What all benchmark programs have measured, side by side.
//
//     report --out results layer.json products.json pytorch_peer.json
//
// writes results.md (tables) and charts as SVG. A file that is missing or damaged is named in a sentence and skipped; so
// is a chart that has nothing to show.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "charts.hpp"
#include "measurements.hpp"
#include "tables.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"

namespace {

using namespace report;

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

void write_report(std::vector<std::string> const& files, std::string const& out) {
    Measurements const measurements = read(files);
    tools::OutputDirectory const directory(out, "report");
    std::vector<Chart> const all = charts(measurements);
    for (Chart const& chart : all) {
        if (!chart.svg.empty()) {
            directory.write(chart.file, chart.svg);
            continue;
        }
        std::cout << "no " << chart.file << ": nothing that it would show was measured\n";
        std::error_code ignored;
        std::filesystem::remove(directory.path() / chart.file, ignored);  // an older one shows other numbers
    }
    directory.write("results.md", markdown(measurements, all));
    std::cout << "the report is " << (directory.path() / "results.md").string() << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> files;
    std::string out = "out/benchmarks";
    auto const add_options = [&](CLI::App& app) {
        app.add_option("files", files, "JSON files of the benchmark programs")->required()->type_name("FILE...");
        app.add_option("--out", out, "directory of the report, created where absent")
            ->type_name("DIRECTORY")
            ->capture_default_str();
    };
    return tools::run_program(argc, argv, "Makes tables and charts of what the benchmark programs have measured.",
                              add_options, [&] { write_report(files, out); });
}
