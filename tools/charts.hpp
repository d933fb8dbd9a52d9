// SPDX-License-Identifier: MIT
/// @file
/// Figures: curves, bars and heat maps as SVG.
///
///     directory.write("loss.svg",
///                     svg_text(LineChart{.title = "One layer learns one step",
///                                        .x = {.label = "training step"},
///                                        .y = {.label = "loss (mean of ½ error²)"},
///                                        .series = {{.name = "trained layer", .x = steps, .y = losses}},
///                                        .references = {{.label = "one step of gradient descent", .y = .2046}}}));
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
    std::optional<double> least{};
    std::optional<double> greatest{};
};

/// One curve. A y that is not finite leaves a gap.
struct Series {
    std::string name{};  // empty: not in the legend
    std::vector<double> x{};
    std::vector<double> y{};
    std::vector<double> deviation{};  // shades y - deviation to y + deviation; empty: no band
    bool on_second_axis = false;
    bool dashed = false;                  // lets two curves that coincide both be seen
    std::optional<std::size_t> colour{};  // the place of a series whose colour this one shares, as runs of one kind do
};

/// A dashed horizontal line on the first axis.
struct ReferenceLine {
    std::string label{};
    double y = 0;
};

/// Curves over one x, with a second y axis on the right where a series asks for it.
struct LineChart {
    std::string title{};  // one line holds about 75 characters
    Axis x{};
    Axis y{};
    Axis second_y{};
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
    std::string axis{};  // with its unit
    std::vector<Bar> bars{};
};

/// A small matrix as coloured cells: blue below zero, the paper's colour at zero, red above.
struct HeatMap {
    std::string title{};
    std::vector<std::vector<double>> rows{};
};

/// Heat maps side by side, each with the colour bar of its own values.
struct HeatMaps {
    std::string title{};
    std::vector<HeatMap> panels{};
    int panels_per_row = 0;  // 0: all in one row
};

/// The figure. Texts are taken literally: no character in them is markup.
/// Errors: nothing to draw, and lengths that do not fit each other, throw std::invalid_argument.
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
