// SPDX-License-Identifier: MIT
/// @file
/// Figures: curves, bars and heat maps as SVG.
///
///     directory.write("loss.svg",
///                     svg_text(LineChart{.title = "After 5,000 steps one layer is 0.2 % above a step of gradient descent",
///                                        .x = {.label = "training step", .logarithmic = true},
///                                        .y = {.label = "loss above that of the step (%)", .logarithmic = true},
///                                        .series = {{.name = "trained layer", .x = steps, .y = percents}}}));
///
/// A figure says its result: its title is a sentence about what was found, and the axis is one on which that can be seen. Curves
/// and lines have their names at their right ends. Test: tests/tools/charts.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/output_directory.hpp"

namespace tools {

/// An axis; the least and the greatest value come from the data where they are not given.
struct Axis {
    std::string label{};  // with its unit
    bool logarithmic = false;
    bool grouped = true;  // thousands: "1,950"; a year is no quantity, and is "1950"
    std::optional<double> least{};
    std::optional<double> greatest{};
};

/// One curve. A y that is not finite leaves a gap; so does one that is not positive on a logarithmic axis.
struct Series {
    std::string name{};  // empty: not named
    std::vector<double> x{};
    std::vector<double> y{};
    std::vector<double> deviation{};  // shades y - deviation to y + deviation; empty: no band
    std::size_t seeds = 0;  // of how many runs that is the standard deviation, which the figure says; at least 2
    bool below = false;     // in the lower panel
    bool dashed = false;    // lets two curves that coincide both be seen
    bool dots = false;      // no line, only its points
    std::optional<std::size_t> colour{};  // the place of a series whose colour this one shares, as runs of one kind do
};

/// A dashed horizontal line.
struct ReferenceLine {
    std::string label{};
    double y = 0;
    bool below = false;
};

/// Curves over one x. Where a series asks for it, in two panels, one above the other: two quantities share no axis.
///
/// Names stand at the right ends of the curves, moved apart; where a curve ends elsewhere, or there are too many, in a legend.
struct LineChart {
    std::string title{};
    std::string note{};  // what the reader must know; what bands are is added
    Axis x{};
    Axis y{};
    Axis y_below{};
    std::vector<Series> series{};
    std::vector<ReferenceLine> references{};
};

/// A bar, with its name to the left and its value in words to the right.
struct Bar {
    std::string name{};
    double length = 0;
    std::string value{};
    std::size_t colour = 0;
    bool pale = false;  // to tell variants of one kind, which share its colour, from the kind itself
};

/// Horizontal bars, to compare few things at a glance. The first is on top.
struct BarChart {
    std::string title{};
    std::string note{};
    std::string axis{};  // with its unit
    std::vector<Bar> bars{};
};

/// Rows, or columns, of a matrix that belong together: the x of tokens, and their y.
struct Part {
    std::string name{};
    std::size_t count = 0;
};

/// A small matrix as coloured cells: blue below zero, the paper's colour at zero, red above. Cells that are large enough hold
/// their value.
struct HeatMap {
    std::string title{};
    std::vector<std::vector<double>> rows{};
    std::vector<Part> row_parts{};  // named and divided by a line; none: rows are numbered
    std::vector<Part> column_parts{};
};

/// Heat maps side by side, in one scale of colours, so that they can be compared; or each in a scale of its own, where one would
/// leave the smaller ones blank.
struct HeatMaps {
    std::string title{};
    std::string note{};
    std::vector<HeatMap> panels{};
    int panels_per_row = 0;    // 0: all in one row; no more than have room
    bool own_colours = false;  // the greatest absolute value of each stands above it
};

/// The figure. Texts are taken literally: no character in them is markup.
/// Errors: nothing to draw, lengths that do not fit each other, a band of fewer than two seeds, parts that are not all rows or
/// columns, and a bar whose length is negative or not finite throw std::invalid_argument.
[[nodiscard]] std::string svg_text(LineChart const& chart);
[[nodiscard]] std::string svg_text(BarChart const& chart);
[[nodiscard]] std::string svg_text(HeatMaps const& maps);

/// Draws figures into a directory. Errors: those of svg_text and of OutputDirectory::write.
class Figures {
  public:
    explicit Figures(OutputDirectory directory) : directory_(std::move(directory)) {}

    template <class Figure>
    void draw(std::string const& name, Figure const& figure) const {
        directory_.write(name, svg_text(figure));
    }

  private:
    OutputDirectory directory_;
};

}  // namespace tools
