// SPDX-License-Identifier: MIT
#include "tools/charts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <stdexcept>

#include "tools/svg.hpp"

namespace tools {
namespace {

constexpr double chart_width = 720;  // pixels, as all lengths here
constexpr double title_base = 28;
constexpr double text_height = 14;
constexpr double character_width = 7.4;  // of text of 14 pixels; a guess on the wide side

/// Bytes that continue a UTF-8 character do not count as characters.
double width_of(std::string const& text) {
    return character_width * static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) {
               return (static_cast<unsigned>(c) >> 6 & 3) != 2;
           }));
}

// --------------------------------------------------------------------------------------------------------- scales ----

/// "0.25", "12,000".
std::string tick_text(double value, int decimals) {
    char text[400];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    std::string result = text;
    auto const first = static_cast<std::size_t>(result.starts_with('-'));
    for (std::size_t end = std::min(result.find('.'), result.size()); end > first + 3;) {
        result.insert(end -= 3, ",");
    }
    return result;
}

/// 10^exponent: "10⁻⁸", "1".
std::string power_text(int exponent) {
    if (exponent == 0 || exponent == 1) {
        return exponent == 0 ? "1" : "10";
    }
    static constexpr char const* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text = exponent < 0 ? "10⁻" : "10";
    for (char const digit : std::to_string(std::abs(exponent))) {
        text += digits[digit - '0'];
    }
    return text;
}

/// 1, 2 or 5 times a power of ten: about a fifth of the range.
double step_of(double range) {
    double const power = std::pow(10, std::floor(std::log10(range / 5)));
    double const factor = range / 5 / power;
    return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
}

struct Range {
    double least = std::numeric_limits<double>::infinity();
    double greatest = -std::numeric_limits<double>::infinity();

    void include(double value, bool logarithmic) {
        if (std::isfinite(value) && (value > 0 || !logarithmic)) {
            least = std::min(least, value);
            greatest = std::max(greatest, value);
        }
    }
};

struct Tick {
    double value;
    std::string text;
};

/// From values to pixels.
class Scale {
  public:
    /// extend: to where the next tick would be, at ends that the axis does not give.
    Scale(Axis const& axis, Range range, bool extend, bool empty_is_an_error = true)
        : is_logarithmic_(axis.logarithmic),
          least_(axis.least.value_or(range.least)),
          greatest_(axis.greatest.value_or(range.greatest)) {
        bool const is_empty = !(least_ <= greatest_) || !std::isfinite(greatest_ - least_);
        if (is_empty && empty_is_an_error) {
            throw std::invalid_argument("the axis '" + axis.label + "' has no values");
        }
        if (is_empty || least_ == greatest_) {
            double const middle = is_empty ? 1 : least_;
            least_ = is_logarithmic_ ? middle / 2 : middle - (middle == 0 ? 1 : std::abs(middle) / 10);
            greatest_ = is_logarithmic_ ? middle * 2 : middle + (middle == 0 ? 1 : std::abs(middle) / 10);
        }
        bool const is_fixed_below = axis.least.has_value() || !extend;
        bool const is_fixed_above = axis.greatest.has_value() || !extend;
        is_logarithmic_ ? set_powers(is_fixed_below, is_fixed_above) : set_steps(is_fixed_below, is_fixed_above);
    }

    void place(double from, double to) {
        from_ = from;
        to_ = to;
    }
    [[nodiscard]] std::vector<Tick> const& ticks() const { return ticks_; }
    [[nodiscard]] double widest_tick() const {
        double width = 0;
        for (Tick const& tick : ticks_) {
            width = std::max(width, width_of(tick.text));
        }
        return width;
    }

    /// Far outside of the figure, where it is drawn no more, the same place for all.
    [[nodiscard]] double operator()(double value) const {
        double const share = (on_axis(value) - on_axis(least_)) / (on_axis(greatest_) - on_axis(least_));
        return from_ + (to_ - from_) * (std::isfinite(share) ? std::clamp(share, -9.0, 9.0) : share);
    }
    [[nodiscard]] double lowest() const { return is_logarithmic_ ? least_ : std::numeric_limits<double>::lowest(); }

  private:
    [[nodiscard]] double on_axis(double value) const {
        return !is_logarithmic_ ? value : value > 0 ? std::log10(value) : std::nan("");
    }

    void set_steps(bool is_fixed_below, bool is_fixed_above) {
        double const step = step_of(greatest_ - least_);
        constexpr double slack = 1e-6;  // for ends that rounding has moved off a tick
        least_ = is_fixed_below ? least_ : step * std::floor(least_ / step + slack);
        greatest_ = is_fixed_above ? greatest_ : step * std::ceil(greatest_ / step - slack);
        int const decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + slack)));
        auto const last = static_cast<long>(std::floor(greatest_ / step + slack));
        for (auto i = static_cast<long>(std::ceil(least_ / step - slack)); i <= last; ++i) {
            double const at = static_cast<double>(i) * step;
            ticks_.push_back({at, tick_text(at, decimals)});
        }
    }

    /// Every power of ten, or every so manieth; where there are less than two of them, 2 and 5 times each, too.
    void set_powers(bool is_fixed_below, bool is_fixed_above) {
        constexpr double slack = 1e-6;
        static constexpr double factors[] = {1, 2, 5};
        int const first = static_cast<int>(std::floor(std::log10(least_) + slack));
        int const last = static_cast<int>(std::ceil(std::log10(greatest_) - slack));
        double below = least_;
        double above = std::numeric_limits<double>::infinity();
        for (int power = first; power <= last; ++power) {
            for (double const factor : factors) {
                double const value = factor * std::pow(10, power);
                below = value <= least_ * (1 + slack) ? value : below;
                above = value >= greatest_ * (1 - slack) ? std::min(above, value) : above;
            }
        }
        least_ = is_fixed_below ? least_ : below;
        greatest_ = is_fixed_above ? greatest_ : above;
        bool const is_short = std::log10(greatest_ / least_) < 1.9;
        bool const has_short_numbers = first >= -4 && last <= 4;
        int const each = (last - first) / 8 + 1;
        for (int power = first; power <= last; ++power) {
            for (double const factor : factors) {
                double const value = factor * std::pow(10, power);
                if (value >= least_ * (1 - slack) && value <= greatest_ * (1 + slack) &&
                    (is_short || (factor == 1 && power % each == 0))) {
                    bool const is_number = has_short_numbers || factor != 1;
                    ticks_.push_back({value, is_number ? tick_text(value, std::max(0, -power)) : power_text(power)});
                }
            }
        }
    }

    bool is_logarithmic_;
    double least_;
    double greatest_;
    double from_ = 0;
    double to_ = 1;
    std::vector<Tick> ticks_{};
};

// ---------------------------------------------------------------------------------------------------- line charts ----

constexpr double plot_height = 310;
constexpr double legend_line = 21;
constexpr double legend_sample = 40;
constexpr char const* reference_dashes[] = {"reference dashed", "reference dotted", "reference"};

void check(Series const& series) {
    if (series.x.size() != series.y.size() ||
        (!series.deviation.empty() && series.deviation.size() != series.y.size())) {
        throw std::invalid_argument("series '" + series.name + "' has " + std::to_string(series.x.size()) + " x, " +
                                    std::to_string(series.y.size()) + " y and " +
                                    std::to_string(series.deviation.size()) + " deviations");
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

Scale scale_of_y(LineChart const& chart, bool is_second) {
    Axis const& axis = is_second ? chart.second_y : chart.y;
    Range range;
    for (Series const& series : chart.series) {
        for (std::size_t i = 0; i < series.y.size() && series.on_second_axis == is_second; ++i) {
            double const deviation = series.deviation.empty() ? 0 : series.deviation[i];
            range.include(series.y[i], axis.logarithmic);
            range.include(series.y[i] + deviation, axis.logarithmic);
            if (!axis.logarithmic) {  // a band that reaches down to zero must not stretch the axis
                range.include(series.y[i] - deviation, false);
            }
        }
    }
    for (ReferenceLine const& reference : chart.references) {
        range.include(is_second ? std::nan("") : reference.y, axis.logarithmic);
    }
    return Scale(axis, range, true, false);
}

/// An entry of the legend: what the line looks like, and its name.
struct LegendEntry {
    std::string classes;
    std::string name;
};

std::string classes_of(Series const& series, std::size_t index) {
    std::size_t const place = series.colour.value_or(index);
    return "line " + colour_class(place) + (series.colour ? " thin" : "") +
           (series.dashed || place >= colour_count ? " dashed" : "");
}

std::vector<LegendEntry> legend_of(LineChart const& chart) {
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        if (!chart.series[i].name.empty()) {
            entries.push_back({classes_of(chart.series[i], i),
                               chart.series[i].name + (chart.series[i].on_second_axis ? " (right)" : "")});
        }
    }
    for (std::size_t i = 0; i < chart.references.size(); ++i) {
        entries.push_back({reference_dashes[i % std::size(reference_dashes)], chart.references[i].label});
    }
    return entries;
}

void draw_band(Svg& svg, Series const& series, std::string const& classes, Scale const& x, Scale const& y) {
    std::vector<Point> upper;
    std::vector<Point> lower;
    for (std::size_t i = 0; i <= series.deviation.size(); ++i) {
        bool const is_end = i == series.deviation.size() || !std::isfinite(series.y[i] + series.deviation[i]);
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
    svg.curve(points, classes_of(series, index));
    constexpr std::size_t few = 25;  // points that are seen one by one, and the only sight of a series of one
    for (std::size_t i = 0; i < points.size() && points.size() <= few; ++i) {
        if (std::isfinite(points[i].y)) {
            svg.dot(points[i], "fill " + colour_class(series.colour.value_or(index)));
        }
    }
}

}  // namespace

std::string svg_text(LineChart const& chart) {
    if (chart.series.empty()) {
        throw std::invalid_argument("chart '" + chart.title + "' has no series");
    }
    bool const has_second =
        std::any_of(chart.series.begin(), chart.series.end(), [](auto const& series) { return series.on_second_axis; });
    Scale x = scale_of_x(chart);
    Scale y = scale_of_y(chart, false);
    Scale second_y = has_second ? scale_of_y(chart, true) : y;

    // The legend stands between title and plot, where no curve can run into it; the figure grows with its lines.
    auto const legend = legend_of(chart);
    double entry_width = 0;
    for (LegendEntry const& entry : legend) {
        entry_width = std::max(entry_width, legend_sample + width_of(entry.name) + 14);
    }
    double const left = 40 + y.widest_tick();
    double const right = chart_width - (has_second ? 40 + second_y.widest_tick() : 28);
    auto const columns = static_cast<std::size_t>(std::clamp(std::floor((right - left) / entry_width), 1.0, 3.0));
    std::size_t const lines = (legend.size() + columns - 1) / columns;
    double const top = title_base + 22 + legend_line * static_cast<double>(lines);
    double const bottom = top + plot_height;
    x.place(left, right);
    y.place(bottom, top);
    second_y.place(bottom, top);

    Svg svg(chart_width, bottom + 56, chart.title);
    svg.text({left, title_base}, "title", chart.title);
    for (std::size_t i = 0; i < legend.size(); ++i) {
        std::size_t const column = i / lines;
        double const at_x = left + (right - left) / static_cast<double>(columns) * static_cast<double>(column);
        double const at_y = title_base + 22 + legend_line * static_cast<double>(i % lines);
        svg.line({at_x, at_y}, {at_x + legend_sample - 8, at_y}, legend[i].classes);
        svg.text({at_x + legend_sample, at_y + 5}, "", legend[i].name);
    }
    for (Tick const& tick : y.ticks()) {
        svg.line({left, y(tick.value)}, {right, y(tick.value)}, "grid");
        svg.text({left - 8, y(tick.value) + 5}, "tick end", tick.text);
    }
    for (Tick const& tick : x.ticks()) {
        svg.line({x(tick.value), bottom}, {x(tick.value), bottom + 5}, "axis");
        svg.text({x(tick.value), bottom + 6 + text_height}, "tick middle", tick.text);
    }
    svg.text({(left + right) / 2, bottom + 44}, "middle", chart.x.label);
    svg.text({20, (top + bottom) / 2}, "middle", chart.y.label, true);
    svg.curve({{left, top}, {left, bottom}, {right, bottom}, {right, has_second ? top : bottom}}, "axis");
    if (has_second) {
        for (Tick const& tick : second_y.ticks()) {
            svg.line({right, second_y(tick.value)}, {right + 5, second_y(tick.value)}, "axis");
            svg.text({right + 9, second_y(tick.value) + 5}, "tick", tick.text);
        }
        svg.text({chart_width - 10, (top + bottom) / 2}, "middle", chart.second_y.label, true);
    }

    svg.begin_clipped({left - 3, top}, right - left + 6, bottom - top);  // half a dot more to each side
    auto const scale_of = [&](Series const& series) -> Scale const& { return series.on_second_axis ? second_y : y; };
    for (std::size_t i = 0; i < chart.series.size(); ++i) {  // bands first: they lie under every curve
        Series const& series = chart.series[i];
        draw_band(svg, series, "band " + colour_class(series.colour.value_or(i)), x, scale_of(series));
    }
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        draw_series(svg, chart.series[i], i, x, scale_of(chart.series[i]));
    }
    for (std::size_t i = 0; i < chart.references.size(); ++i) {
        double const at = y(chart.references[i].y);
        svg.line({left, at}, {right, at}, reference_dashes[i % std::size(reference_dashes)]);
    }
    svg.end_clipped();
    return svg.finished();
}

// ----------------------------------------------------------------------------------------------------- bar charts ----

std::string svg_text(BarChart const& chart) {
    double longest = 0;
    double left = 0;
    double values = 0;
    for (Bar const& bar : chart.bars) {
        longest = std::max(longest, bar.length);
        left = std::max(left, 28 + width_of(bar.name));
        values = std::max(values, 14 + width_of(bar.value));
    }
    if (!(longest > 0)) {
        throw std::invalid_argument("the chart '" + chart.title + "' has no bar that has a length");
    }
    constexpr double bar_height = 28;  // with the gap to the next
    double const right = chart_width - 28;
    double const top = title_base + 18;
    double const bottom = top + bar_height * static_cast<double>(chart.bars.size());
    double const room = std::max(0.4, 1 - values / (right - left));  // to the right of the longest bar, for its value
    Scale length({.least = 0, .greatest = longest / room}, {}, false);
    length.place(left, right);

    Svg svg(chart_width, bottom + 56, chart.title);
    svg.text({20, title_base}, "title", chart.title);
    for (Tick const& tick : length.ticks()) {
        svg.line({length(tick.value), top}, {length(tick.value), bottom}, "grid");
        svg.text({length(tick.value), bottom + 6 + text_height}, "tick middle", tick.text);
    }
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        Bar const& bar = chart.bars[i];
        double const upper = top + bar_height * static_cast<double>(i);
        svg.text({left - 10, upper + 19}, "end", bar.name);
        double const width = length(bar.length) - left;
        svg.rectangle({left, upper + 4}, width, bar_height - 8, "paper");  // through which no grid shines
        svg.rectangle({left, upper + 4}, width, bar_height - 8,
                      (bar.pale ? "pale " : "fill ") + colour_class(bar.colour));
        svg.text({length(bar.length) + 7, upper + 19}, "tick", bar.value);
    }
    svg.curve({{left, top}, {left, bottom}, {right, bottom}}, "axis");
    svg.text({(left + right) / 2, bottom + 44}, "middle", chart.axis);
    return svg.finished();
}

// ------------------------------------------------------------------------------------------------------ heat maps ----

namespace {

constexpr double panel_width = 380;  // of which the matrix takes matrix_size, the rest is for ticks and colour bar
constexpr double panel_height = 340;
constexpr double matrix_size = 230;
constexpr double matrix_left = 62;
constexpr double matrix_top = 44;

/// The greatest absolute value. Errors: see svg_text.
double greatest_of(HeatMap const& map) {
    if (map.rows.empty() || map.rows.front().empty()) {
        throw std::invalid_argument("heat map '" + map.title + "' has no cells");
    }
    double greatest = 0;
    for (auto const& row : map.rows) {
        if (row.size() != map.rows.front().size()) {
            throw std::invalid_argument("heat map '" + map.title + "' has rows of " + std::to_string(row.size()) +
                                        " values and of " + std::to_string(map.rows.front().size()));
        }
        for (double const value : row) {
            greatest = std::isfinite(value) ? std::max(greatest, std::abs(value)) : greatest;
        }
    }
    return greatest > 0 ? greatest : 1;
}

/// Every row or column of a small matrix, round numbers of a larger one.
int tick_step(int count) {
    return count <= 12 ? 1 : count <= 24 ? 2 : count <= 60 ? 5 : 10;
}

void draw_panel(Svg& svg, HeatMap const& map, Point corner) {
    double const greatest = greatest_of(map);
    auto const rows = static_cast<int>(map.rows.size());
    auto const columns = static_cast<int>(map.rows.front().size());
    double const cell = matrix_size / std::max(rows, columns);
    double const width = cell * columns;
    double const height = cell * rows;
    double const left = corner.x + matrix_left;
    double const top = corner.y + matrix_top;

    svg.text({left + width / 2, top - 14}, "middle", map.title);
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            double const value = map.rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] / greatest;
            if (std::abs(value) >= 0.004) {  // which is seen; false for NaN
                svg.rectangle({left + cell * column, top + cell * row}, cell, cell,
                              value < 0 ? "fill negative" : "fill positive", std::abs(value));
            }
        }
    }
    bool const has_grid = rows <= 20 && columns <= 20;  // larger matrices have no room for it
    for (int i = 1; i < rows && has_grid; ++i) {
        svg.line({left, top + cell * i}, {left + width, top + cell * i}, "grid");
    }
    for (int i = 1; i < columns && has_grid; ++i) {
        svg.line({left + cell * i, top}, {left + cell * i, top + height}, "grid");
    }
    svg.rectangle({left, top}, width, height, "axis");
    for (int i = tick_step(rows); i <= rows; i += tick_step(rows)) {
        svg.text({left - 7, top + cell * (i - 0.5) + 5}, "tick end", std::to_string(i));
    }
    for (int i = tick_step(columns); i <= columns; i += tick_step(columns)) {
        svg.text({left + cell * (i - 0.5), top + height + 17}, "tick middle", std::to_string(i));
    }
    svg.text({left + width / 2, top + height + 38}, "middle", "column");
    svg.text({left - 36, top + height / 2}, "middle", "row", true);

    Scale colour({.least = -greatest, .greatest = greatest}, {}, false);
    colour.place(top + height, top);
    double const bar_left = left + width + 14;
    svg.colour_bar({bar_left, top}, 12, height);
    for (Tick const& tick : colour.ticks()) {
        svg.text({bar_left + 18, colour(tick.value) + 5}, "tick", tick.text);
    }
}

}  // namespace

std::string svg_text(HeatMaps const& maps) {
    if (maps.panels.empty()) {
        throw std::invalid_argument("the row of heat maps '" + maps.title + "' has no panel");
    }
    auto const panels = static_cast<int>(maps.panels.size());
    int const per_row = maps.panels_per_row > 0 ? std::min(maps.panels_per_row, panels) : panels;
    double const width = panel_width * per_row;
    int const rows = (panels - 1) / per_row + 1;
    Svg svg(width, title_base + panel_height * rows, maps.title);
    svg.text({width / 2, title_base}, "title middle", maps.title);
    for (int panel = 0; HeatMap const& map : maps.panels) {
        int const row = panel / per_row;
        draw_panel(svg, map, {panel % per_row * panel_width, title_base + row * panel_height});
        ++panel;
    }
    return svg.finished();
}

}  // namespace tools
