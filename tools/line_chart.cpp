// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/charts.hpp"
#include "tools/labels.hpp"
#include "tools/scale.hpp"
#include "tools/svg.hpp"

namespace tools {
namespace {

constexpr double height_of_one_panel = 310;
constexpr double height_of_two_panels = 195;  // each
constexpr double label_line = 18;
constexpr double leader = 24;         // from a curve to its name
constexpr double widest_label = 185;  // broken into lines beyond
constexpr double legend_line = 22;
constexpr double legend_sample = 40;
constexpr char const* reference_dashes[] = {"reference dashed", "reference dotted", "reference"};

void check(Series const& series) {
    if (series.x.size() != series.y.size() ||
        (!series.deviation.empty() && series.deviation.size() != series.y.size())) {
        throw std::invalid_argument("series '" + series.name + "' has " + std::to_string(series.x.size()) + " x, " +
                                    std::to_string(series.y.size()) + " y and " +
                                    std::to_string(series.deviation.size()) + " deviations");
    }
    if (!series.deviation.empty() && series.seeds < 2) {
        throw std::invalid_argument("series '" + series.name + "' has a band, and no two seeds that differ by it");
    }
}

Scale scale_of_x(LineChart const& chart) {
    Range range;
    for (Series const& series : chart.series) {
        check(series);
        std::for_each(series.x.begin(), series.x.end(), [&](double x) { range.include(x, chart.x.logarithmic); });
    }
    return Scale(chart.x, range, false);
}

Scale scale_of_y(LineChart const& chart, bool below) {
    Axis const& axis = below ? chart.y_below : chart.y;
    Range range;
    auto const is_shown = [&](double x) {  // what the x axis leaves out must not stretch this one
        return (x > 0 || !chart.x.logarithmic) && x >= chart.x.least.value_or(x) && x <= chart.x.greatest.value_or(x);
    };
    for (Series const& series : chart.series) {
        for (std::size_t i = 0; i < series.y.size() && series.below == below; ++i) {
            if (!is_shown(series.x[i])) {
                continue;
            }
            double const deviation = series.deviation.empty() ? 0 : series.deviation[i];
            range.include(series.y[i], axis.logarithmic);
            range.include(series.y[i] + deviation, axis.logarithmic);
            if (!axis.logarithmic) {  // a band that reaches down to zero must not stretch the axis
                range.include(series.y[i] - deviation, false);
            }
        }
    }
    for (ReferenceLine const& reference : chart.references) {
        range.include(reference.below == below ? reference.y : std::nan(""), axis.logarithmic);
    }
    return Scale(axis, range, true, false);
}

std::string classes_of(Series const& series, std::size_t index) {
    std::size_t const place = series.colour.value_or(index);
    return "line " + colour_class(place) + (series.colour ? " thin" : "") +
           (series.dashed || place >= colour_count ? " dashed" : "");
}

std::string fill_of(Series const& series, std::size_t index) {
    return "fill " + colour_class(series.colour.value_or(index));
}

// ----------------------------------------------------------------------------------------------------------- names ----

/// A line and its name.
struct Named {
    std::string name;
    std::string line;  // classes of a sample of it
    std::string dot;   // classes of its points where they are not joined; else empty
    double end = 0;    // y, as a value
    bool below = false;
    bool is_at_right = true;  // where the curve ends
};

/// What has a name. The scale need not have a place yet.
std::vector<Named> named(LineChart const& chart, Scale x) {
    x.place(0, 1);
    std::vector<Named> result;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        Series const& series = chart.series[i];
        Axis const& axis = series.below ? chart.y_below : chart.y;
        std::size_t last = series.y.size();  // of the points that are within the axes
        while (last > 0 && !(std::isfinite(series.y[last - 1]) && (series.y[last - 1] > 0 || !axis.logarithmic) &&
                             x(series.x[last - 1]) < 1.001)) {
            --last;
        }
        if (!series.name.empty()) {
            result.push_back({.name = series.name,
                              .line = classes_of(series, i),
                              .dot = series.dots ? fill_of(series, i) : "",
                              .end = last > 0 ? series.y[last - 1] : std::nan(""),
                              .below = series.below,
                              .is_at_right = last > 0 && x(series.x[last - 1]) > 0.99});
        }
    }
    for (std::size_t i = 0; i < chart.references.size(); ++i) {
        ReferenceLine const& reference = chart.references[i];
        result.push_back({.name = reference.label,
                          .line = reference_dashes[i % std::size(reference_dashes)],
                          .dot = "",
                          .end = reference.y,
                          .below = reference.below});
    }
    return result;
}

std::vector<std::string> label_lines(Named const& of) {
    return wrapped(of.name, widest_label);
}

double label_height(Named const& of) {
    return label_line * static_cast<double>(label_lines(of).size()) + 3;
}

/// Whether the names of a panel fit beside it.
bool fit_beside(std::vector<Named> const& names, bool below, double height) {
    double all = 0;
    for (Named const& of : names) {
        all += of.below == below ? label_height(of) : 0;
    }
    return all <= height + label_line;
}

void draw_sample(Svg& svg, Named const& of, Point from, Point to) {
    if (of.dot.empty()) {
        svg.line(from, to, of.line);
    } else {
        svg.dot({(from.x + to.x) / 2, (from.y + to.y) / 2}, of.dot);
    }
}

/// Names beside a panel, each joined to the end of its line.
void draw_names(Svg& svg, std::vector<Named> const& names, Scale const& y, double right, double top, double bottom) {
    std::vector<double> middles;
    std::vector<double> heights;
    for (Named const& of : names) {
        double const end = y(of.end);
        middles.push_back(std::isfinite(end) ? std::clamp(end, top, bottom) : bottom);
        heights.push_back(label_height(of));
    }
    auto const placed = moved_apart(middles, heights, top - label_line / 2, bottom + label_line / 2);
    for (std::size_t i = 0; i < names.size(); ++i) {
        draw_sample(svg, names[i], {right + 4, middles[i]}, {right + leader - 5, placed[i]});
        auto const lines = label_lines(names[i]);
        double base = placed[i] - label_line * static_cast<double>(lines.size()) / 2 + label_line - 4;
        for (std::string const& line : lines) {
            svg.text({right + leader, base}, "", line);
            base += label_line;
        }
    }
}

/// Names in columns, each beside a sample of its line.
class Legend {
  public:
    explicit Legend(std::vector<Named> names) : names_(std::move(names)) {
        double widest = 1;
        for (Named const& of : names_) {
            widest = std::max(widest, legend_sample + width_of(of.name) + 14);
        }
        columns_ = static_cast<std::size_t>(std::clamp(std::floor(width / widest), 1.0, 3.0));
        lines_ = (names_.size() + columns_ - 1) / columns_;
    }
    [[nodiscard]] double height() const { return legend_line * static_cast<double>(lines_); }
    void draw(Svg& svg, double top) const {
        for (std::size_t i = 0; i < names_.size(); ++i) {
            std::size_t const column = i / lines_;
            double const x = figure_margin + width / static_cast<double>(columns_) * static_cast<double>(column);
            double const y = top + legend_line * (static_cast<double>(i % lines_) + 0.5);
            draw_sample(svg, names_[i], {x, y}, {x + legend_sample - 8, y});
            svg.text({x + legend_sample, y + 5}, "", names_[i].name);
        }
    }

  private:
    static constexpr double width = figure_width - 2 * figure_margin;
    std::vector<Named> names_;
    std::size_t columns_ = 1;
    std::size_t lines_ = 0;
};

// ---------------------------------------------------------------------------------------------------------- curves ----

void draw_band(Svg& svg, Series const& series, std::string const& classes, Scale const& x, Scale const& y) {
    std::vector<Point> upper;
    std::vector<Point> lower;
    for (std::size_t i = 0; i <= series.deviation.size(); ++i) {
        bool const is_end = i == series.deviation.size() || !std::isfinite(series.y[i] + series.deviation[i]) ||
                            !std::isfinite(x(series.x[i])) || !std::isfinite(y(series.y[i] + series.deviation[i]));
        if (!is_end) {
            upper.push_back({x(series.x[i]), y(series.y[i] + series.deviation[i])});
            lower.push_back({x(series.x[i]), y(std::max(series.y[i] - series.deviation[i], y.lowest()))});
        } else if (!upper.empty()) {
            upper.insert(upper.end(), lower.rbegin(), lower.rend());
            svg.area(upper, classes);
            upper.clear();
            lower.clear();
        }
    }
}

void draw_series(Svg& svg, Series const& series, std::size_t index, Scale const& x, Scale const& y) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        points.push_back({x(series.x[i]), y(series.y[i])});
    }
    if (!series.dots) {
        svg.curve(points, classes_of(series, index));
    }
    constexpr std::size_t few = 25;  // points that are seen one by one, and the only sight of a series of one
    for (Point const& point : points) {
        if ((series.dots || points.size() <= few) && std::isfinite(point.x) && std::isfinite(point.y)) {
            svg.dot(point, fill_of(series, index));
        }
    }
}

// ----------------------------------------------------------------------------------------------------------- texts ----

/// Whether a curve has a value, within the x axis, that a logarithmic axis does not show.
bool has_hidden_values(LineChart const& chart) {
    return std::any_of(chart.series.begin(), chart.series.end(), [&](Series const& series) {
        Axis const& axis = series.below ? chart.y_below : chart.y;
        bool result = false;
        for (std::size_t i = 0; i < series.y.size() && axis.logarithmic; ++i) {
            bool const is_within = series.x[i] >= chart.x.least.value_or(series.x[i]) &&
                                   series.x[i] <= chart.x.greatest.value_or(series.x[i]) &&
                                   (series.x[i] > 0 || !chart.x.logarithmic);
            double const least = std::max(axis.least.value_or(0), 0.);
            result = result || (is_within && std::isfinite(series.y[i]) && (series.y[i] <= 0 || series.y[i] < least));
        }
        return result;
    });
}

/// The note, what gaps are, and what the bands are.
std::string note_of(LineChart const& chart) {
    std::string note = chart.note;
    auto const add = [&](std::string const& sentence) { note += (note.empty() ? "" : " ") + sentence; };
    if (has_hidden_values(chart)) {
        add("Where a curve is interrupted or leaves below, its value is smaller than the axis shows, or negative.");
    }
    std::size_t fewest = 0;
    std::size_t most = 0;
    for (Series const& series : chart.series) {
        if (!series.deviation.empty()) {
            fewest = fewest == 0 ? series.seeds : std::min(fewest, series.seeds);
            most = std::max(most, series.seeds);
        }
    }
    if (most > 0) {
        add("Shaded: mean ± one standard deviation over " + (fewest == most ? "" : std::to_string(fewest) + " to ") +
            std::to_string(most) + " seeds.");
    }
    return note;
}

std::string three_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, std::abs(value) >= 1000 && std::abs(value) < 1e7 ? "%.0f" : "%.3g", value);
    return text;
}

/// From where to where each curve goes, for those who do not see it.
std::string description_of(LineChart const& chart, bool has_two) {
    std::string text = note_of(chart) + (note_of(chart).empty() ? "" : " ") + "Across: " + chart.x.label +
                       ". Up: " + chart.y.label + (has_two ? "; in the lower panel: " + chart.y_below.label : "") + ".";
    for (Series const& series : chart.series) {
        std::vector<std::size_t> shown;
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            if (std::isfinite(series.y[i]) && std::isfinite(series.x[i])) {
                shown.push_back(i);
            }
        }
        if (!series.name.empty() && !shown.empty() && !series.dots) {
            auto const at = [&](std::size_t i) {
                return three_digits(series.y[i]) + " at " + three_digits(series.x[i]);
            };
            text += " " + series.name + ": from " + at(shown.front()) + " to " + at(shown.back()) + ".";
        }
    }
    for (ReferenceLine const& reference : chart.references) {
        text += " " + reference.label + ": " + three_digits(reference.y) + ".";
    }
    return text;
}

}  // namespace

std::string svg_text(LineChart const& chart) {
    if (chart.series.empty()) {
        throw std::invalid_argument("chart '" + chart.title + "' has no series");
    }
    bool const has_two = std::any_of(chart.series.begin(), chart.series.end(), [](auto const& of) { return of.below; });
    Scale x = scale_of_x(chart);
    std::vector<Scale> scales{scale_of_y(chart, false)};
    if (has_two) {
        scales.push_back(scale_of_y(chart, true));
    }
    double const height = has_two ? height_of_two_panels : height_of_one_panel;

    // Names: beside the panels if all curves end there and there is room, otherwise between the heading and the first panel.
    std::vector<Named> beside = named(chart, x);
    std::vector<Named> above;
    if (std::any_of(beside.begin(), beside.end(), [](Named const& of) { return !of.is_at_right; }) ||
        !fit_beside(beside, false, height) || !fit_beside(beside, true, height)) {
        std::swap(beside, above);
    }
    double widest_name = 0;
    for (Named const& of : beside) {
        for (std::string const& line : label_lines(of)) {
            widest_name = std::max(widest_name, leader + width_of(line));
        }
    }
    double widest_tick = 0;
    for (Scale const& y : scales) {
        widest_tick = std::max(widest_tick, y.widest_tick());
    }
    double const left = figure_margin + widest_tick + 10;
    double const right = figure_width - figure_margin - std::max(widest_name, 8.0);
    x.place(left, right);

    Svg svg(figure_width, chart.title, description_of(chart, has_two));
    Heading const heading(chart.title, note_of(chart));
    heading.draw(svg);
    Legend const legend(above);
    legend.draw(svg, heading.bottom() + 4);
    double bottom = heading.bottom() + legend.height();
    for (std::size_t panel = 0; panel < scales.size(); ++panel) {
        bool const below = panel == 1;
        Scale& y = scales[panel];
        double const label_base = bottom + (below ? 40 : 26);
        svg.text({figure_margin, label_base}, "", (below ? chart.y_below : chart.y).label);
        double const top = label_base + 16;
        bottom = top + height;
        y.place(bottom, top);
        for (Tick const& tick : y.ticks()) {
            svg.line({left, y(tick.value)}, {right, y(tick.value)}, "grid");
            svg.text({left - 8, y(tick.value) + 5}, "tick end", tick.text);
        }
        for (Tick const& tick : x.ticks()) {
            svg.line({x(tick.value), bottom}, {x(tick.value), bottom + 5}, "axis");
        }
        svg.curve({{left, top}, {left, bottom}, {right, bottom}}, "axis");

        svg.begin_clipped({left - 3, top - 3}, right - left + 6, bottom - top + 6);  // a dot more to each side
        for (std::size_t i = 0; i < chart.series.size(); ++i) {  // bands first: they lie under every curve
            Series const& series = chart.series[i];
            if (series.below == below) {
                draw_band(svg, series, "band " + colour_class(series.colour.value_or(i)), x, y);
            }
        }
        for (std::size_t i = 0; i < chart.series.size(); ++i) {
            if (chart.series[i].below == below) {
                draw_series(svg, chart.series[i], i, x, y);
            }
        }
        for (std::size_t i = 0; i < chart.references.size(); ++i) {
            double const at = y(chart.references[i].y);
            if (chart.references[i].below == below && std::isfinite(at)) {
                svg.line({left, at}, {right, at}, reference_dashes[i % std::size(reference_dashes)]);
            }
        }
        svg.end_clipped();

        std::vector<Named> of_panel;
        std::copy_if(beside.begin(), beside.end(), std::back_inserter(of_panel),
                     [&](Named const& of) { return of.below == below; });
        draw_names(svg, of_panel, y, right, top, bottom);
    }
    // On a logarithmic axis they come closer and closer: one that would touch the last is left out.
    double end_of_last = -figure_width;
    for (Tick const& tick : x.ticks()) {
        double const half = width_of(tick.text) / 2;
        if (x(tick.value) - half < end_of_last + 4) {
            continue;
        }
        end_of_last = x(tick.value) + half;
        svg.text({x(tick.value), bottom + 22}, "tick middle", tick.text);
    }
    svg.text({(left + right) / 2, bottom + 46}, "middle", chart.x.label);
    return svg.finished(bottom + 62);
}

}  // namespace tools
