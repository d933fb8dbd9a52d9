// SPDX-License-Identifier: MIT
// What an experiment has left, read; and what is missing, told.
#include "paper/results.hpp"

#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "catch.hpp"
#include "incontext/io/atomic_file.hpp"

using namespace paper;

namespace {

/// A directory that is removed with everything in it.
struct Scratch {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("paper_results_" + std::to_string(getpid()));
    Scratch() { std::filesystem::create_directories(path); }
    ~Scratch() { std::filesystem::remove_all(path); }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;
};

}  // namespace

TEST_CASE("numbers, lists and runs by their place", "[results]") {
    Scratch const scratch;
    incontext::write_file((scratch.path / "run.json").string(),
                          R"({"loss": 2.5, "flag": true, "list": [1, 2], "word": "x", "runs": {"loss": [2, 3]},
                              "of": [{"gamma": 7, "runs": {"gamma": [6, 8, 7]}}, {"gamma": 1}], "nothing": []})");
    Results const results(scratch.path);
    CHECK(results.number("loss") == 2.5);
    CHECK(results.number("flag") == 1);
    CHECK(results.numbers("list") == std::vector<double>{1, 2});
    CHECK(results.of_runs("loss") == std::vector<double>{2, 3});
    CHECK(results.of_runs("/of/0/gamma") == std::vector<double>{6, 8, 7});
    CHECK(results.of_runs("/of/1/gamma") == std::vector<double>{1});
    CHECK_THROWS_WITH(results.number("lost"), ContainsSubstring("run.json' has no 'lost'"));
    CHECK_THROWS_WITH(results.number("/of/2/gamma"), ContainsSubstring("has no '/of/2/gamma'"));
    CHECK_THROWS_WITH(results.number("word"), ContainsSubstring("'word'") && ContainsSubstring("is no number"));
    CHECK_THROWS_WITH(results.numbers("nothing"), ContainsSubstring("is no list of numbers"));
    CHECK_THROWS_WITH(results.numbers("loss"), ContainsSubstring("is no list of numbers"));
}

TEST_CASE("columns by their names; what is no number is not one", "[results]") {
    Scratch const scratch;
    incontext::write_file((scratch.path / "run.json").string(), "{}");
    incontext::write_file((scratch.path / "curves.csv").string(), "seed,loss\n0,1.5\n1,nan\n2\n");
    Results const results(scratch.path);
    CHECK(results.column("curves.csv", "seed") == std::vector<double>{0, 1, 2});
    auto const losses = results.column("curves.csv", "loss");
    REQUIRE(losses.size() == 3);
    CHECK(losses[0] == 1.5);
    CHECK(std::isnan(losses[1]));
    CHECK(std::isnan(losses[2]));
    CHECK_THROWS_WITH(results.column("curves.csv", "los"), ContainsSubstring("has no column 'los'"));
    CHECK_THROWS(results.column("lost.csv", "loss"));
}

TEST_CASE("mean and deviation of runs", "[results]") {
    Ours const ours = ours_of({1, 2, 6});
    CHECK(ours.mean == 3);
    CHECK(ours.deviation == Approx(std::sqrt(7)));
    CHECK(ours.seeds == 3);
}

TEST_CASE("a median, and the worst that it hides", "[results]") {
    Ours const ours = median_of({1, 84, 2.5});
    CHECK(ours.mean == 2.5);
    CHECK(ours.median_of == 3);
    CHECK(ours.worst == 84);
    CHECK(ours.seeds == 1);
}

TEST_CASE("a run.json is of the run that is known of, or it is told what it is of", "[results]") {
    Scratch const scratch;
    auto const mismatch = [&](std::string const& parameters, RunOfProgram const& run) {
        incontext::write_file(
            (scratch.path / "run.json").string(),
            R"({"program": "sine", "parameters": {"out": "a/sine", "threads": 2, )" + parameters + "}}");
        return Results(scratch.path).mismatch("sine", run, "sine");
    };
    CHECK(mismatch(R"("steps": 5, "quick": false)", {.arguments = {"--steps", "5"}}).empty());
    CHECK(mismatch(R"("steps": 4, "quick": false)", {.arguments = {"--steps", "5"}}) ==
          "its run.json is not of a run with --steps 5");
    // Full where no argument says quick, and quick where one does.
    CHECK(mismatch(R"("quick": false)", {}).empty());
    CHECK(mismatch(R"("quick": true)", {}) == "its run.json is not of a full run");
    CHECK(mismatch(R"("steps": 5)", {}) == "its run.json is not of a full run");
    CHECK(mismatch(R"("quick": true)", {.arguments = {"--quick"}}).empty());
    CHECK(mismatch(R"("quick": false)", {.arguments = {"--quick"}}) ==
          "its run.json is not of a run with --quick true");
    // Every parameter on which a number depends, where they are known.
    RunOfProgram const known{.parameters = {{"quick", false}, {"family", "one"}}};
    CHECK(mismatch(R"("quick": false, "family": "one")", known).empty());
    CHECK(mismatch(R"("quick": false, "family": "one", "resume": true, "quiet": true)", known).empty());
    CHECK(mismatch(R"("quick": false, "family": "two")", known) ==
          "its run.json has other parameters than the run that is known of");
}
