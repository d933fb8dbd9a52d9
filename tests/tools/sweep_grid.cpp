// SPDX-License-Identifier: MIT
// A cell's row comes back as it was written; what is not finite, and what is another cell's, is told and leaves nothing behind.
#include "sweep/grid.hpp"

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include <unistd.h>

#include "catch.hpp"

namespace {

namespace fs = std::filesystem;

struct Directory {
    fs::path path = fs::temp_directory_path() / ("incontext_sweep_" + std::to_string(getpid()));
    Directory() {
        fs::remove_all(path);
        fs::create_directories(path / "cells");
    }
    ~Directory() { fs::remove_all(path); }
};

sweep::Cell const cell{.input = 5, .context = 10, .layers = 2, .steps = 100, .batch = 64, .rate = 0.001, .seed = 3};
sweep::CellResult const result{.loss_trained = 0.5, .loss_gd = 0.25, .learning_rate_gd = 0.75, .cosine = 1};
std::string const row = "5,10,2,100,64,0.001,3,0.5,0.25,0.75,100,1\n";

}  // namespace

TEST_CASE("a cell's row comes back as it was written") {
    Directory const directory;
    CHECK_FALSE(sweep::finished_row(directory.path, cell));
    sweep::keep_row(directory.path, cell, result);
    CHECK(sweep::finished_row(directory.path, cell) == row);
}

TEST_CASE("a number that is not finite is no row") {
    Directory const directory;
    double const infinity = std::numeric_limits<double>::infinity();
    for (double const bad : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN()}) {
        for (double sweep::CellResult::*const member :
             {&sweep::CellResult::loss_trained, &sweep::CellResult::loss_gd, &sweep::CellResult::learning_rate_gd,
              &sweep::CellResult::cosine}) {
            sweep::CellResult broken = result;
            broken.*member = bad;
            CHECK_THROWS_WITH(sweep::keep_row(directory.path, cell, broken), ContainsSubstring("not finite"));
        }
    }
    sweep::CellResult broken = result;  // each is finite, and their quotient is not
    broken.loss_gd = 0;
    CHECK_THROWS_WITH(sweep::keep_row(directory.path, cell, broken), ContainsSubstring("not finite"));
    CHECK(fs::is_empty(directory.path / "cells"));
}

TEST_CASE("a row that was edited, cut off, or is another cell's is told, and stays") {
    Directory const directory;
    sweep::keep_row(directory.path, cell, result);
    auto const file = sweep::file_of(directory.path, cell);
    std::string text;
    {
        std::ifstream stream(file);
        text.assign(std::istreambuf_iterator<char>(stream), {});
    }
    auto const is_refused_of = [&](std::string const& bytes) {
        std::ofstream(file) << bytes;
        CHECK_THROWS_WITH(sweep::finished_row(directory.path, cell), ContainsSubstring("is not the row of its cell"));
        CHECK(fs::exists(file));
    };
    is_refused_of("");
    is_refused_of(text.substr(0, text.size() - 1));
    is_refused_of(text + "\n");
    is_refused_of(std::string(text).replace(text.find("0.25"), 4, "0.75"));
    std::ofstream(file) << text;
    CHECK(sweep::finished_row(directory.path, cell) == row);

    sweep::Cell other = cell;
    other.seed = 4;
    fs::rename(file, sweep::file_of(directory.path, other));
    CHECK_THROWS_WITH(sweep::finished_row(directory.path, other), ContainsSubstring("is not the row of its cell"));
}
