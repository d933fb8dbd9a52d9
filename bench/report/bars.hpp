// SPDX-License-Identifier: MIT
/// @file
/// Horizontal bars, each with its name to the left and its value in words to the right: to compare few things at a glance.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace report {

/// The colours of the line charts (examples/reproduce/common/plot.cpp), by the same places.
[[nodiscard]] std::string colour(std::size_t place);

/// A piece of a bar.
struct Piece {
    double length = 0;
    std::size_t colour = 0;
};

/// Pieces from left to right.
struct Bar {
    std::string name{};
    std::vector<Piece> pieces{};
    std::string value{};
    bool pale = false;  // to tell variants of one kind, which share its colour, from the kind itself
};

/// An entry of the legend.
struct Kind {
    std::string name{};
    std::size_t colour = 0;
};

/// The first bar is on top.
struct BarChart {
    std::string title{};
    std::string axis{};  // with its unit
    std::vector<Bar> bars{};
    std::vector<Kind> legend{};  // of the pieces; none where the names say all
};

/// What gnuplot is told. Texts are taken literally.
/// Errors: a chart without bars, or whose bars have no length, throws std::invalid_argument.
[[nodiscard]] std::string gnuplot_script(BarChart const& chart);

}  // namespace report
