// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "tools/charts.hpp"
#include "tools/labels.hpp"
#include "tools/scale.hpp"
#include "tools/svg.hpp"

namespace tools {

std::string svg_text(BarChart const& chart) {
    double longest = 0;
    double left = 0;
    double values = 0;
    std::string description = chart.note + (chart.note.empty() ? "" : " ") + "Bars: " + chart.axis + ".";
    for (Bar const& bar : chart.bars) {
        if (!std::isfinite(bar.length) || bar.length < 0) {
            throw std::invalid_argument("the bar '" + bar.name + "' of the chart '" + chart.title +
                                        "' has a length that is negative or not finite");
        }
        longest = std::max(longest, bar.length);
        left = std::max(left, figure_margin + width_of(bar.name) + 10);
        values = std::max(values, 14 + width_of(bar.value, small_size));
        description += " " + bar.name + ": " + bar.value + ".";
    }
    if (!(longest > 0)) {
        throw std::invalid_argument("the chart '" + chart.title + "' has no bar that has a length");
    }
    Heading const heading(chart.title, chart.note);
    constexpr double bar_height = 30;  // with the gap to the next
    double const right = figure_width - figure_margin - 8;
    double const top = heading.bottom() + 12;
    double const bottom = top + bar_height * static_cast<double>(chart.bars.size());
    double const room = std::max(0.4, 1 - values / (right - left));  // to the right of the longest bar, for its value
    Scale length({.least = 0, .greatest = longest / room}, {}, false);
    length.place(left, right);

    Svg svg(figure_width, chart.title, description);
    heading.draw(svg);
    for (Tick const& tick : length.ticks()) {
        svg.line({length(tick.value), top}, {length(tick.value), bottom}, "grid");
        svg.text({length(tick.value), bottom + 22}, "tick middle", tick.text);
    }
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        Bar const& bar = chart.bars[i];
        double const upper = top + bar_height * static_cast<double>(i);
        svg.text({left - 10, upper + 20}, "end", bar.name);
        double const width = length(bar.length) - left;
        svg.rectangle({left, upper + 4}, width, bar_height - 8, "paper");  // through which no grid shines
        svg.rectangle({left, upper + 4}, width, bar_height - 8,
                      (bar.pale ? "pale " : "fill ") + colour_class(bar.colour));
        svg.text({length(bar.length) + 7, upper + 20}, "tick", bar.value);
    }
    svg.curve({{left, top}, {left, bottom}, {right, bottom}}, "axis");
    auto const axis = wrapped(chart.axis, figure_width - 2 * figure_margin);
    double base = bottom + 46;
    for (std::string const& line : axis) {
        svg.text({figure_width / 2, base}, "middle", line);
        base += 20;
    }
    return svg.finished(base - 4);
}

}  // namespace tools
