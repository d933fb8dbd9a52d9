// SPDX-License-Identifier: MIT
#include "common/plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "common/csv.hpp"
#include "common/gnuplot.hpp"

namespace reproduce {
namespace {

/// The colours of Okabe and Ito, which people with any kind of colour vision tell apart, but for yellow, which is faint
/// on white. The strongest first.
constexpr char const* colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};
constexpr std::size_t colour_count = std::size(colours);

/// Diverging, print-safe and colour-blind-safe (ColorBrewer RdBu), with pure white for zero.
constexpr char const* diverging_palette =
    "set palette defined (-4 '#2166AC', -2.6 '#67A9CF', -1.2 '#D1E5F0', 0 '#FFFFFF', 1.2 '#FDDBC7', 2.6 '#EF8A62', "
    "4 '#B2182B')\n";

/// In single quotes gnuplot reads every character as itself but the quote, which is doubled.
std::string quoted(std::string const& text) {
    std::string result = "'";
    for (char const c : text) {
        bool const is_control = static_cast<unsigned char>(c) < ' ';  // a line break would end the command
        result += c == '\'' ? "''" : std::string(1, is_control ? ' ' : c);
    }
    return result + "'";
}

/// gnuplot's spelling of a missing point is NaN; infinity would stretch the axis.
std::string point_text(double number) {
    return std::isfinite(number) ? number_text(number) : "NaN";
}

std::string terminal(int width, int height) {
    return "set encoding utf8\n"
           "set terminal svg noenhanced size " +
           std::to_string(width) + "," + std::to_string(height) +
           " background rgb 'white' font 'Helvetica,Arial,sans-serif,14' linewidth 1\n";
}

/// A distance from the left or the lower edge in gnuplot's unit, parts of the whole. Explicit places rather than
/// gnuplot's guesses, which depend on the widths of fonts that it does not know.
std::string screen(int pixels, int of) {
    return "screen " + number_text(static_cast<double>(pixels) / of);
}

std::string margins(std::string const& first, std::string const& second, int from, int to, int of) {
    return "set " + first + "margin at " + screen(from, of) + "\nset " + second + "margin at " + screen(to, of) + "\n";
}

// --------------------------------------------------------------------------------------------------- line charts ----

constexpr int chart_width = 720;  // pixels, as all lengths here
constexpr int legend_line = 21;

std::string axis_settings(std::string const& name, Axis const& axis) {
    std::string const least = axis.least ? number_text(*axis.least) : "*";
    std::string const greatest = axis.greatest ? number_text(*axis.greatest) : "*";
    return (axis.logarithmic ? "set logscale " + name + "\n" : "") + "set " + name + "range [" + least + ":" +
           greatest + "]" + (name == "x" ? " noextend\n" : "\n");
}

/// Where a band ends that reaches down to zero, which a logarithmic axis does not have: at the lowest positive value of
/// the series on that axis.
double band_floor(LineChart const& chart, bool on_second_axis) {
    if (!(on_second_axis ? chart.second_y : chart.y).logarithmic) {
        return std::numeric_limits<double>::lowest();
    }
    double least = std::numeric_limits<double>::max();
    for (Series const& series : chart.series) {
        for (double const y : series.y) {
            least = series.on_second_axis == on_second_axis && y > 0 ? std::min(least, y) : least;
        }
    }
    return least;
}

/// The points of a series as a block of lines "x y lower upper".
std::string data_block(std::string const& name, Series const& series, double floor) {
    std::string text = name + " << END\n";
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        double const deviation = series.deviation.empty() ? 0 : series.deviation[i];
        text += point_text(series.x[i]) + " " + point_text(series.y[i]) + " " +
                point_text(std::max(series.y[i] - deviation, floor)) + " " + point_text(series.y[i] + deviation) + "\n";
    }
    return text + "END\n";
}

std::string legend_text(Series const& series) {
    return series.name + (series.on_second_axis ? " (right)" : "");
}

/// How many columns of the legend fit side by side. Bytes that continue a UTF-8 character do not count as characters.
std::size_t legend_columns(LineChart const& chart) {
    auto const length = [](std::string const& text) {
        return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned>(c) >> 6 & 3) != 2; });
    };
    std::ptrdiff_t longest = 0;
    for (Series const& series : chart.series) {
        longest = std::max(longest, length(legend_text(series)));
    }
    for (ReferenceLine const& reference : chart.references) {
        longest = std::max(longest, length(reference.label));
    }
    return longest <= 16 ? 3 : longest <= 30 ? 2 : 1;
}

void check(Series const& series) {
    if (series.x.size() != series.y.size() ||
        (!series.deviation.empty() && series.deviation.size() != series.y.size())) {
        throw std::invalid_argument("series '" + series.name + "' has " + std::to_string(series.x.size()) + " x, " +
                                    std::to_string(series.y.size()) + " y and " +
                                    std::to_string(series.deviation.size()) + " deviations");
    }
}

}  // namespace

std::string gnuplot_script(LineChart const& chart) {
    if (chart.series.empty()) {
        throw std::invalid_argument("chart '" + chart.title + "' has no series");
    }
    bool const has_second_axis = std::any_of(chart.series.begin(), chart.series.end(),
                                             [](Series const& series) { return series.on_second_axis; });
    // The legend stands between title and plot, where no curve can run into it; the figure grows with its lines.
    std::size_t const columns = legend_columns(chart);
    auto const named = static_cast<std::size_t>(std::count_if(
        chart.series.begin(), chart.series.end(), [](Series const& series) { return !series.name.empty(); }));
    int const lines = static_cast<int>((named + chart.references.size() + columns - 1) / columns);
    int const height = 400 + legend_line * lines;
    int const legend_top = height - 44;
    int const bottom = 62;
    int const top = legend_top - legend_line * lines - 14;
    int const left = 88;
    int const right = chart_width - (has_second_axis ? 88 : 28);
    auto const place = [height](int x, int y) {
        return " at " + screen(x, chart_width) + "," + screen(y, height);
    };

    std::string script = terminal(chart_width, height);
    script += "set label " + quoted(chart.title) + place(left, height - 24) + " left font ',16'\n";
    script += "set key" + place(left - 6, legend_top) + " top left vertical maxcols " + std::to_string(columns) +
              " maxrows " + std::to_string(lines) + " reverse Left samplen 2.5 textcolor rgb '#303030'\n";
    script += margins("l", "r", left, right, chart_width) + margins("b", "t", bottom, top, height);
    // Axis labels are placed as texts: gnuplot would push them off the figure when the numbers at the ticks are long.
    script += "set label " + quoted(chart.x.label) + place((left + right) / 2, 18) + " center\n";
    script += "set label " + quoted(chart.y.label) + place(16, (bottom + top) / 2) + " center rotate by 90\n";
    script += axis_settings("x", chart.x) + axis_settings("y", chart.y);
    if (has_second_axis) {
        script += "set label " + quoted(chart.second_y.label) + place(chart_width - 16, (bottom + top) / 2) +
                  " center rotate by 90\nset y2tics\n" + axis_settings("y2", chart.second_y);
    }
    script += std::string("set border ") + (has_second_axis ? "11" : "3") + " linecolor rgb '#707070' back\n" +
              "set grid ytics linetype 1 linecolor rgb '#E4E4E4' linewidth 1\n"
              "set tics nomirror scale .6 textcolor rgb '#303030' font ',13'\n";

    std::string bands;
    std::string curves;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        Series const& series = chart.series[i];
        check(series);
        std::string const data = "$series" + std::to_string(i);
        script += data_block(data, series, band_floor(chart, series.on_second_axis));

        std::string const axes = series.on_second_axis ? " axes x1y2" : " axes x1y1";
        std::size_t const place_of_colour = series.colour.value_or(i);
        std::string const colour = std::string(" linecolor rgb '") + colours[place_of_colour % colour_count] + "'";
        if (!series.deviation.empty()) {
            bands += data + " using 1:3:4" + axes + " with filledcurves fillstyle transparent solid .2 noborder" +
                     colour + " notitle, ";
        }
        constexpr std::size_t few = 25;  // points that are seen one by one, and the only sight of a series of one
        curves += data + " using 1:2" + axes +
                  (series.x.size() <= few ? " with linespoints pointtype 7 pointsize .45" : " with lines") +
                  (series.dashed || place_of_colour >= colour_count ? " dashtype (9,5)" : "") +
                  (series.colour ? " linewidth 1.2" : " linewidth 2.2") + colour +
                  (series.name.empty() ? " notitle, " : " title " + quoted(legend_text(series)) + ", ");
    }
    for (std::size_t i = 0; i < chart.references.size(); ++i) {
        constexpr char const* dashes[] = {"(6,4)", "(2,3)", "(10,4,2,4)"};
        curves += point_text(chart.references[i].y) + " with lines linewidth 1.4 linecolor rgb '#505050' dashtype " +
                  dashes[i % std::size(dashes)] + " title " + quoted(chart.references[i].label) + ", ";
    }
    std::string commands = bands + curves;  // bands first: they lie under every curve
    commands.resize(commands.size() - 2);
    return script + "plot " + commands + "\n";
}

// ----------------------------------------------------------------------------------------------------- heat maps ----

namespace {

constexpr int panel_width = 380;   // of which the matrix takes matrix_size, the rest is for ticks and colour bar
constexpr int panel_height = 350;
constexpr int title_height = 40;
constexpr int matrix_size = 230;
constexpr int matrix_left = 72;
constexpr int matrix_top = 48;

/// Ticks at every row or column of a small matrix, at round numbers of a larger one.
std::string ticks(std::size_t count) {
    std::string const step = count <= 12 ? "1" : count <= 24 ? "2" : count <= 60 ? "5" : "10";
    return step + "," + step + "," + std::to_string(count) + " font ',12'";
}

std::string panel_script(HeatMap const& map, int left, int top, int figure_width, int figure_height) {
    std::size_t const rows = map.rows.size();
    std::size_t const columns = rows == 0 ? 0 : map.rows.front().size();
    if (columns == 0) {
        throw std::invalid_argument("heat map '" + map.title + "' has no cells");
    }
    double greatest = 0;
    std::string cells;
    for (std::size_t row = 0; row < rows; ++row) {
        if (map.rows[row].size() != columns) {
            throw std::invalid_argument("heat map '" + map.title + "': row " + std::to_string(row + 1) + " has " +
                                        std::to_string(map.rows[row].size()) + " values and row 1 has " +
                                        std::to_string(columns));
        }
        for (std::size_t column = 0; column < columns; ++column) {
            double const value = map.rows[row][column];
            if (std::isfinite(value)) {
                greatest = std::max(greatest, std::fabs(value));
                cells += std::to_string(column + 1) + " " + std::to_string(row + 1) + " " + number_text(value) + "\n";
            }
        }
    }
    std::string const half = rows <= 20 && columns <= 20 ? ".48" : ".5";  // larger matrices have no room for a grid
    std::string const bound = number_text(greatest > 0 ? greatest : 1);
    std::string script = "set title " + quoted(map.title) + " offset 0,-.4\n";
    script += margins("l", "r", left + matrix_left, left + matrix_left + matrix_size, figure_width);
    int const upper = figure_height - top - matrix_top;  // gnuplot measures from below
    script += margins("b", "t", upper - matrix_size, upper, figure_height);
    script += "set size ratio " + number_text(static_cast<double>(rows) / static_cast<double>(columns)) + "\n";
    script += "set xrange [.5:" + std::to_string(columns) + ".5]\n";
    script += "set yrange [" + std::to_string(rows) + ".5:.5]\n";  // downwards: row 1 is on top
    script += "set xtics " + ticks(columns) + "\nset ytics " + ticks(rows) + "\nset cbtics font ',12'\n";
    script += "set cbrange [-" + bound + ":" + bound + "]\n";
    script += "$cells << END\n" + cells + "END\n";
    script += "plot $cells using 1:2:($1-" + half + "):($1+" + half + "):($2-" + half + "):($2+" + half +
              "):3 with boxxyerror fillstyle solid 1 noborder linecolor palette\n";
    return script;
}

}  // namespace

std::string gnuplot_script(HeatMaps const& maps) {
    if (maps.panels.empty()) {
        throw std::invalid_argument("the row of heat maps '" + maps.title + "' has no panel");
    }
    auto const panels = static_cast<int>(maps.panels.size());
    int const per_row = maps.panels_per_row > 0 ? std::min(maps.panels_per_row, panels) : panels;
    int const width = panel_width * per_row;
    int const height = title_height + panel_height * ((panels - 1) / per_row + 1);
    std::string script = terminal(width, height) + diverging_palette;
    // The grey behind the cells shows as grid lines between them, and where a value is missing.
    script +=
        "unset key\n"
        "set object rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#E4E4E4' fillstyle solid 1 noborder\n"
        "set border 15 linecolor rgb '#707070'\n"
        "set tics nomirror scale 0 textcolor rgb '#303030'\n"
        "set xlabel 'column'\n"
        "set ylabel 'row'\n";
    script += "set multiplot title " + quoted(maps.title) + " font ',16'\n";
    for (int panel = 0; HeatMap const& map : maps.panels) {
        script += panel_script(map, panel % per_row * panel_width, title_height + panel / per_row * panel_height, width,
                               height);
        ++panel;
    }
    return script + "unset multiplot\n";
}

// ------------------------------------------------------------------------------------------------------- drawing ----

Figures::Figures(OutputDirectory directory) : directory_(std::move(directory)) {}

void Figures::draw(std::string const& name, LineChart const& chart) {
    draw_script(name, gnuplot_script(chart));
}

void Figures::draw(std::string const& name, HeatMaps const& maps) {
    draw_script(name, gnuplot_script(maps));
}

void Figures::draw_script(std::string const& name, std::string const& script) {
    std::string svg;
    try {
        svg = svg_from_gnuplot(script);
    } catch (GnuplotAbsent const& error) {
        if (!std::exchange(gnuplot_is_absent_, true)) {
            std::cerr << "no figures: " << error.what() << "; the CSV files in " << directory_.path().string()
                      << " hold their data" << std::endl;
        }
    } catch (std::exception const& error) {
        std::cerr << "no figure " << name << ": " << error.what() << std::endl;
    }
    if (svg.empty()) {
        std::error_code ignored;
        std::filesystem::remove(directory_.path() / name, ignored);
    } else {
        directory_.write(name, svg);
    }
}

}  // namespace reproduce
