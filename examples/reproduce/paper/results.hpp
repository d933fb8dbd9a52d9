// SPDX-License-Identifier: MIT
/// @file
/// What a finished experiment has left in its directory: the numbers of run.json and the columns of its tables.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace paper {

/// A number, one for each run where there are several. `mean` is no number where what is measured never came.
struct Ours {
    double mean = 0;
    double deviation = 0;  // the sample standard deviation; 0 for one run
    int seeds = 1;
    int median_of = 0;      // of how many runs `mean` is the median; 0: it is none
    double worst = 0;       // the greatest of these
    bool is_never = false;  // that `mean` is no number is the answer, not a fault of the results
};

/// The mean and the deviation of numbers, one for each run.
[[nodiscard]] Ours ours_of(std::vector<double> const& values);

/// What some of these runs never came to: no number, with which a claim differs.
[[nodiscard]] Ours never(double runs);

/// The median, where a mean over runs would be of none of them; and the worst beside it, which a median hides.
[[nodiscard]] Ours median_of(std::vector<double> const& values);

/// How a program was called, and what it said of its settings when it had finished.
struct RunOfProgram {
    std::vector<std::string> arguments{};
    nlohmann::ordered_json parameters{};  // parameters_of_results; null where an older version did not write them down
};

/// The parameters in a run.json on which its numbers depend: without the place, the threads, the pace of checkpoints.
[[nodiscard]] nlohmann::ordered_json parameters_of_results(nlohmann::ordered_json const& record);

/// The results of one experiment. Errors: what is missing, or no number, throws std::runtime_error with the file and the name.
class Results {
  public:
    /// Errors: incontext::FileError, tools::JsonError where run.json cannot be read.
    explicit Results(std::filesystem::path directory);

    [[nodiscard]] nlohmann::ordered_json const& record() const { return record_; }
    [[nodiscard]] std::filesystem::path const& directory() const { return directory_; }

    /// A number by its place: "loss_trained", "/dampings/2/loss_gd/50" (a JSON pointer).
    [[nodiscard]] double number(std::string const& place) const;
    /// The list of numbers there.
    [[nodiscard]] std::vector<double> numbers(std::string const& place) const;
    /// The value of each run, where run.json has them ("runs" beside it); else the one number.
    [[nodiscard]] std::vector<double> of_runs(std::string const& place) const;

    /// A column of a table.
    [[nodiscard]] std::vector<double> column(std::string const& file, std::string const& name) const;

    /// What is wrong with run.json as that of this program, called so for a directory of this name; empty: nothing. A run is quick
    /// where its arguments say so, and only there. Test: tests/paper/results.cpp.
    [[nodiscard]] std::string mismatch(std::string const& program, RunOfProgram const& run,
                                       std::string const& name) const;

  private:
    [[nodiscard]] nlohmann::ordered_json const& at(std::string const& place) const;

    std::filesystem::path directory_;
    nlohmann::ordered_json record_;
};

}  // namespace paper
