// SPDX-License-Identifier: MIT
/// @file
/// Figures as SVG, drawn by gnuplot where there is one. The data is in the CSV files too: a figure may be missing, and
/// the run is still a success.
///
///     Figures figures(directory);
///     figures.draw("loss.svg", LineChart{.title = "One layer learns one step",
///                                        .x = {.label = "training step"},
///                                        .y = {.label = "loss (mean of ½ error²)"},
///                                        .series = {{.name = "trained layer", .x = steps, .y = losses}},
///                                        .references = {{.label = "one step of gradient descent", .y = .2046}}});
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/output_directory.hpp"

namespace reproduce {

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
    std::string title{};  // one line holds about 65 characters
    Axis x{};
    Axis y{};
    Axis second_y{};
    std::vector<Series> series{};
    std::vector<ReferenceLine> references{};
};

/// A small matrix as coloured cells: blue below zero, white at zero, red above.
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

/// What gnuplot is told. Texts are taken literally: no character in them is a command, markup or an escape.
/// Errors: nothing to draw, and lengths that do not fit each other, throw std::invalid_argument.
[[nodiscard]] std::string gnuplot_script(LineChart const& chart);
[[nodiscard]] std::string gnuplot_script(HeatMaps const& maps);

/// Draws figures into a directory.
///
/// gnuplot runs without a shell, in a temporary directory, and a figure gets its name only when it is complete. If it
/// cannot be drawn, one line on stderr says why (without gnuplot one line for all figures), an older figure of that
/// name is removed, for it would show other data than the files beside it, and the program goes on.
/// Errors: a directory that cannot be written throws incontext::FileError.
class Figures {
  public:
    explicit Figures(OutputDirectory directory);

    void draw(std::string const& name, LineChart const& chart);
    void draw(std::string const& name, HeatMaps const& maps);

  private:
    void draw_script(std::string const& name, std::string const& script);

    OutputDirectory directory_;
    bool gnuplot_is_absent_ = false;
};

}  // namespace reproduce
