// SPDX-License-Identifier: MIT
/// @file
/// What the paper says, in a table: each claim with the paper's value, how that was read, the number here that it is held
/// against, and the tolerance. The verdict is computed from these (verdict.hpp).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "paper/results.hpp"

namespace paper {

/// A figure that an experiment draws.
struct Drawing {
    std::string file;
    std::string caption;  // what to look at
};

/// One program, called once; several claims may be read from what it leaves.
struct Experiment {
    std::string name;  // of its directory, and what --only calls it
    std::string program;
    std::vector<std::string> options;  // of both kinds of run
    std::vector<std::string> full;     // the paper's own settings
    std::vector<std::string> quick;    // besides --quick
    double seconds_full;               // on two threads of the machine of plan.cpp
    double seconds_quick;
    std::vector<Drawing> drawings;
    bool reads_weights = false;  // a claim is read from weights.json, too
};

/// Where the paper's value was read.
enum class Source { text, plot, code, not_stated };

/// Both ends included.
struct Interval {
    double least;
    double greatest;
    [[nodiscard]] bool contains(double value) const { return least <= value && value <= greatest; }
};

/// percent is by how much more or less, share is a part of a whole in percent; yes_or_no is 1 or 0.
enum class Unit { none, percent, share, steps, times, yes_or_no };

/// A row of the page.
struct Claim {
    std::string figure;  // of the paper: "2a"
    std::string says;    // the claim in plain words
    std::string paper;   // the paper's value
    Source source;
    std::string experiment;  // by its name
    std::function<Ours(Results const&)> measure;
    std::string measured;  // what the number is, in a few words
    Unit unit = Unit::none;
    int digits = 3;         // after the point
    Interval equals;        // equal as far as the paper's value can be read
    Interval within;        // what a reader of the paper would still call the same
    std::string why{};      // the full run differs, where that is known
    std::string beside{};   // what other runs have shown, which the reader must know
    std::string theorem{};  // the name of one of theorems()
    std::string drawing{};  // a file of the experiment's drawings
};

[[nodiscard]] std::vector<Experiment> const& experiments();
[[nodiscard]] std::vector<Claim> const& claims();

}  // namespace paper
