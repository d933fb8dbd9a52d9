// SPDX-License-Identifier: MIT
#include "bars.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <stdexcept>

#include "common/csv.hpp"

namespace report {
namespace {

using reproduce::number_text;

constexpr int chart_width = 720;  // pixels, as all lengths here
constexpr int bar_height = 28;    // with the gap to the next
constexpr int character_width = 8;

/// In single quotes gnuplot reads every character as itself but the quote, which is doubled.
std::string quoted(std::string const& text) {
    std::string result = "'";
    for (char const c : text) {
        result += c == '\'' ? "''" : std::string(1, c);
    }
    return result + "'";
}

/// "#0072B2" mixed with white. (A fill that is not solid would let the grid shine through.)
std::string paler(std::string const& colour) {
    std::string result = "#";
    for (std::size_t i = 1; i < colour.size(); i += 2) {
        int const part = std::stoi(colour.substr(i, 2), nullptr, 16);
        char digits[8];
        std::snprintf(digits, sizeof digits, "%02X", 255 - (255 - part) * 9 / 20);
        result += digits;
    }
    return result;
}

double length(Bar const& bar) {
    double sum = 0;
    for (Piece const& piece : bar.pieces) {
        sum += piece.length;
    }
    return sum;
}

/// Where things stand, in pixels from the left and from below.
struct Places {
    int left;
    int right;
    int bottom;
    int top;
    int height;

    explicit Places(BarChart const& chart) : right(chart_width - 28), bottom(58) {
        std::size_t longest = 0;
        for (Bar const& bar : chart.bars) {
            longest = std::max(longest, bar.name.size());
        }
        left = 30 + character_width * static_cast<int>(longest);
        top = bottom + bar_height * static_cast<int>(chart.bars.size());
        height = top + (chart.legend.empty() ? 52 : 82);
    }

    [[nodiscard]] std::string at(int x, int y) const { return " at " + horizontal(x) + "," + vertical(y); }
    [[nodiscard]] static std::string horizontal(int x) { return "screen " + number_text(x / double{chart_width}); }
    [[nodiscard]] std::string vertical(int y) const { return "screen " + number_text(y / static_cast<double>(height)); }
};

std::string frame(BarChart const& chart, Places const& places) {
    std::string script = "set encoding utf8\nset terminal svg noenhanced size " + std::to_string(chart_width) + "," +
                         std::to_string(places.height) +
                         " background rgb 'white' font 'Helvetica,Arial,sans-serif,14' linewidth 1\n";
    script += "set label " + quoted(chart.title) + places.at(20, places.height - 24) + " left font ',16'\n";
    script += "set label " + quoted(chart.axis) + places.at((places.left + places.right) / 2, 16) + " center\n";
    script += "set lmargin at " + places.horizontal(places.left) + "\nset rmargin at " +
              places.horizontal(places.right) + "\nset bmargin at " + places.vertical(places.bottom) +
              "\nset tmargin at " + places.vertical(places.top) + "\n";
    script += chart.legend.empty()
                  ? "unset key\n"
                  : "set key" + places.at(places.left - 6, places.top + 34) +
                        " top left vertical maxrows 1 reverse Left samplen 1.2 textcolor rgb '#303030'\n";
    return script +
           "set border 3 linecolor rgb '#707070' back\n"
           "set grid xtics linetype 1 linecolor rgb '#E4E4E4' linewidth 1\n"
           "set tics nomirror scale .6 textcolor rgb '#303030' font ',13'\n";
}

/// Room to the right of the longest bar for its value.
double axis_end(BarChart const& chart, Places const& places) {
    double longest = 0;
    std::size_t widest = 0;
    for (Bar const& bar : chart.bars) {
        longest = std::max(longest, length(bar));
        widest = std::max(widest, bar.value.size());
    }
    if (!(longest > 0)) {
        throw std::invalid_argument("the bars of '" + chart.title + "' have no length");
    }
    double const for_values = (static_cast<double>(widest) + 2) * character_width / (places.right - places.left);
    return longest / (1 - std::min(0.6, for_values));
}

std::string axes(BarChart const& chart, Places const& places) {
    std::string names;
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        names += (i == 0 ? "" : ", ") + quoted(chart.bars[i].name) + " " + std::to_string(i + 1);
    }
    return "set xrange [0:" + number_text(axis_end(chart, places)) + "]\nset yrange [" +
           std::to_string(chart.bars.size()) + ".5:.5]\nset ytics scale 0 (" + names + ")\n";
}

}  // namespace

std::string colour(std::size_t place) {
    static constexpr char const* colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                              "#E69F00", "#56B4E9", "#000000"};
    return colours[place % std::size(colours)];
}

std::string gnuplot_script(BarChart const& chart) {
    if (chart.bars.empty()) {
        throw std::invalid_argument("the chart '" + chart.title + "' has no bars");
    }
    Places const places(chart);
    std::string script = frame(chart, places) + axes(chart, places);
    std::string boxes;
    std::size_t block = 0;
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        Bar const& bar = chart.bars[i];
        double from = 0;
        std::string const row = std::to_string(i + 1);
        for (Piece const& piece : bar.pieces) {
            std::string const name = "$box" + std::to_string(block++);
            script +=
                name + " << END\n" + number_text(from) + " " + number_text(from + piece.length) + " " + row + "\nEND\n";
            boxes += name + " using (($1+$2)/2):3:1:2:($3-.34):($3+.34) with boxxyerror fillstyle solid 1 noborder" +
                     " linecolor rgb '" + (bar.pale ? paler(colour(piece.colour)) : colour(piece.colour)) +
                     "' notitle, ";
            from += piece.length;
        }
        script += "set label " + quoted(bar.value) + " at first " + number_text(from) + "," + row +
                  " left offset character .6,0 font ',13' textcolor rgb '#303030'\n";
    }
    for (Kind const& kind : chart.legend) {
        boxes += "NaN with boxes fillstyle solid 1 noborder linecolor rgb '" + colour(kind.colour) + "' title " +
                 quoted(kind.name) + ", ";
    }
    boxes.resize(boxes.size() - 2);
    return script + "plot " + boxes + "\n";
}

}  // namespace report
