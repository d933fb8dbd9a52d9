// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/labels.hpp"
#include "tools/scale.hpp"
#include "tools/svg.hpp"

namespace tools {
namespace {

constexpr double names_left = 30;  // for the numbers or names of rows
constexpr double names_below = 26;
constexpr double gap = 14;            // to the next panel
constexpr double largest_size = 420;  // of a matrix
constexpr double smallest_size = 20;
constexpr double cell_with_value = 25;
constexpr double title_line = 19;

/// The sum of the parts must be all rows or columns.
void check(std::vector<Part> const& parts, std::size_t count, std::string const& title) {
    std::size_t sum = 0;
    for (Part const& part : parts) {
        sum += part.count;
    }
    if (!parts.empty() && sum != count) {
        throw std::invalid_argument("heat map '" + title + "' has parts of " + std::to_string(sum) +
                                    " rows or columns, and it has " + std::to_string(count));
    }
}

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
    check(map.row_parts, map.rows.size(), map.title);
    check(map.column_parts, map.rows.front().size(), map.title);
    return greatest;
}

/// At most four characters where the value is below 100: ".61", "-.61", "1.0", "-1.0", "12"; nothing for what rounds to zero.
std::string cell_text(double value) {
    if (!(std::abs(value) >= 0.005)) {
        return "";
    }
    char text[400];
    std::snprintf(text, sizeof text, "%.*f", std::abs(value) < 0.995 ? 2 : std::abs(value) < 9.95 ? 1 : 0, value);
    std::string result = text;
    std::size_t const zero = result.find("0.");
    return zero != std::string::npos && zero <= 1 ? result.erase(zero, 1) : result;
}

/// Every row or column of a small matrix, round numbers of a larger one.
int tick_step(std::size_t count) {
    return count <= 12 ? 1 : count <= 24 ? 2 : count <= 60 ? 5 : 10;
}

/// A name in the middle of its rows or columns, or a number at each.
struct Place {
    double middle;  // in cells
    std::string name;
};

std::vector<Place> places(std::vector<Part> const& parts, std::size_t count, double cell) {
    std::vector<Place> result;
    double from = 0;
    for (Part const& part : parts) {
        result.push_back({from + static_cast<double>(part.count) / 2, part.name});
        from += static_cast<double>(part.count);
    }
    int step = tick_step(count);
    while (cell * step < 18 && static_cast<std::size_t>(step) <= count) {
        step *= 2;
    }
    for (int i = step; i <= static_cast<int>(count) && parts.empty(); i += step) {
        result.push_back({i - 0.5, std::to_string(i)});
    }
    return result;
}

/// A matrix, its title above it.
class Panel {
  public:
    Panel(HeatMap const& map, std::string const& title, double width, double greatest)
        : map_(map),
          greatest_(greatest),
          rows_(map.rows.size()),
          columns_(map.rows.front().size()),
          size_(std::min(largest_size, width - names_left - gap)),
          cell_(size_ / static_cast<double>(std::max(rows_, columns_))),
          title_(wrapped(title, width - 4, small_size)) {}

    [[nodiscard]] double height() const {
        return title_height() + cell_ * static_cast<double>(rows_) + names_below + gap;
    }
    [[nodiscard]] double title_height() const { return title_line * static_cast<double>(title_.size()) + 8; }

    void draw(Svg& svg, Point corner, double title_height) const {
        double const width = cell_ * static_cast<double>(columns_);
        double const height = cell_ * static_cast<double>(rows_);
        double const left = corner.x + names_left;
        double const top = corner.y + title_height;
        double base = top - 8 - title_line * static_cast<double>(title_.size() - 1);
        for (std::string const& line : title_) {
            svg.text({left + width / 2, base}, "tick middle", line);
            base += title_line;
        }
        draw_cells(svg, left, top);
        bool const has_grid = cell_ >= 10;  // smaller ones have no room for it
        for (std::size_t i = 1; i < rows_ && has_grid; ++i) {
            double const y = top + cell_ * static_cast<double>(i);
            svg.line({left, y}, {left + width, y}, "grid");
        }
        for (std::size_t i = 1; i < columns_ && has_grid; ++i) {
            double const x = left + cell_ * static_cast<double>(i);
            svg.line({x, top}, {x, top + height}, "grid");
        }
        svg.rectangle({left, top}, width, height, "axis");
        double from = 0;
        for (std::size_t i = 0; i + 1 < map_.row_parts.size(); ++i) {
            from += cell_ * static_cast<double>(map_.row_parts[i].count);
            svg.line({left - 6, top + from}, {left + width, top + from}, "border");
        }
        from = 0;
        for (std::size_t i = 0; i + 1 < map_.column_parts.size(); ++i) {
            from += cell_ * static_cast<double>(map_.column_parts[i].count);
            svg.line({left + from, top}, {left + from, top + height + 6}, "border");
        }
        for (Place const& row : places(map_.row_parts, rows_, cell_)) {
            svg.text({left - 9, top + cell_ * row.middle + 5}, "tick end", row.name);
        }
        for (Place const& column : places(map_.column_parts, columns_, cell_ * 0.75)) {
            svg.text({left + cell_ * column.middle, top + height + 19}, "tick middle", column.name);
        }
    }

  private:
    void draw_cells(Svg& svg, double left, double top) const {
        for (std::size_t row = 0; row < rows_; ++row) {
            for (std::size_t column = 0; column < columns_; ++column) {
                double const value = map_.rows[row][column];
                double const share = value / greatest_;
                Point const corner{left + cell_ * static_cast<double>(column), top + cell_ * static_cast<double>(row)};
                if (std::abs(share) >= 0.004) {  // which is seen; false for NaN
                    svg.rectangle(corner, cell_, cell_, share < 0 ? "fill negative" : "fill positive", std::abs(share));
                }
                if (cell_ >= cell_with_value && !cell_text(value).empty()) {
                    svg.text({corner.x + cell_ / 2, corner.y + cell_ / 2 + 4},
                             std::abs(share) > 0.75 ? "cell on_colour" : "cell", cell_text(value));
                }
            }
        }
    }

    HeatMap const& map_;
    double greatest_;
    std::size_t rows_;
    std::size_t columns_;
    double size_;
    double cell_;
    std::vector<std::string> title_;
};

constexpr double bar_width = 300;
constexpr double bar_left = (figure_width - bar_width) / 2;

/// The colours of all panels.
void draw_colours(Svg& svg, double greatest, double top) {
    Scale scale({.least = -greatest, .greatest = greatest}, {}, false);
    scale.place(bar_left, bar_left + bar_width);
    svg.colour_bar({bar_left, top}, bar_width, 12);
    for (Tick const& tick : scale.ticks()) {
        svg.text({scale(tick.value), top + 29}, "tick middle", tick.text);
    }
}

/// The colours where each panel has a scale of its own.
void draw_own_colours(Svg& svg, double top) {
    svg.colour_bar({bar_left, top}, bar_width, 12);
    svg.text({bar_left, top + 29}, "tick middle", "−max");
    svg.text({bar_left + bar_width / 2, top + 29}, "tick middle", "0");
    svg.text({bar_left + bar_width, top + 29}, "tick middle", "max of each");
}

/// "W, max 1.3", "W, max 713": two digits, or all before the point.
std::string with_greatest(std::string const& title, double greatest) {
    int digits = 0;
    for (double size = greatest; size < 9.95 && digits < 8; size *= 10) {
        ++digits;
    }
    return title + (title.empty() ? "" : ", ") + "max " + number_in_groups(greatest, digits);
}

}  // namespace

std::string svg_text(HeatMaps const& maps) {
    if (maps.panels.empty()) {
        throw std::invalid_argument("the row of heat maps '" + maps.title + "' has no panel");
    }
    double greatest = 0;
    std::vector<double> scales;
    std::vector<std::string> titles;
    std::string description = maps.note + (maps.note.empty() ? "" : " ") + "Matrices:";
    for (HeatMap const& map : maps.panels) {
        double const of_map = greatest_of(map);
        greatest = std::max(greatest, of_map);
        titles.push_back(maps.own_colours ? with_greatest(map.title, of_map) : map.title);
        scales.push_back(of_map > 0 ? of_map : 1);
        description += " " + titles.back() + " (" + std::to_string(map.rows.size()) + " × " +
                       std::to_string(map.rows.front().size()) + ")" + (&map == &maps.panels.back() ? "." : ";");
    }
    greatest = greatest > 0 ? greatest : 1;
    if (!maps.own_colours) {
        std::fill(scales.begin(), scales.end(), greatest);
    }
    constexpr double all_width = figure_width - 2 * figure_margin;
    constexpr auto most_per_row = static_cast<std::size_t>(all_width / (names_left + gap + smallest_size));
    std::size_t const asked =
        maps.panels_per_row > 0 ? static_cast<std::size_t>(maps.panels_per_row) : maps.panels.size();
    std::size_t const per_row = std::min(asked, most_per_row);  // in a smaller place a matrix has no size, or less
    double const width = all_width / static_cast<double>(std::min(per_row, maps.panels.size()));

    Svg svg(figure_width, maps.title, description);
    Heading const heading(maps.title, maps.note);
    heading.draw(svg);
    double top = heading.bottom() + 8;
    for (std::size_t first = 0; first < maps.panels.size(); first += per_row) {
        std::vector<Panel> row;
        for (std::size_t i = first; i < std::min(first + per_row, maps.panels.size()); ++i) {
            row.emplace_back(maps.panels[i], titles[i], width, scales[i]);
        }
        double title_height = 0;
        double height = 0;
        for (Panel const& panel : row) {
            title_height = std::max(title_height, panel.title_height());
        }
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i].draw(svg, {figure_margin + width * static_cast<double>(i), top}, title_height);
            height = std::max(height, row[i].height() - row[i].title_height());
        }
        top += title_height + height;
    }
    if (maps.own_colours) {
        draw_own_colours(svg, top + 6);
    } else {
        draw_colours(svg, greatest, top + 6);
    }
    return svg.finished(top + 50);
}

}  // namespace tools
