// SPDX-License-Identifier: MIT
// Figures say what they show, and no text covers another.
#include "tools/charts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "picture.hpp"

namespace {

using namespace picture;
using tools::HeatMap;
using tools::HeatMaps;
using tools::LineChart;
using tools::Series;

using Lines = std::vector<std::string>;

/// From (1, first) to (1000, last).
Series curve(std::string const& name, double first, double last) {
    Series result{.name = name};
    for (double const x : {1.0, 10.0, 100.0, 1000.0}) {
        result.x.push_back(x);
        result.y.push_back(first + (last - first) * std::log10(x) / 3);
    }
    return result;
}

LineChart chart(std::vector<Series> const& series) {
    return {.title = "It falls",
            .x = {.label = "training step", .logarithmic = true},
            .y = {.label = "loss"},
            .series = series};
}

Series with_band(Series series, std::size_t seeds) {
    series.deviation.assign(series.y.size(), 0.1);
    series.seeds = seeds;
    return series;
}

/// The text at the right of the figure, above the numbers of the x axis.
bool is_beside(std::string const& svg, std::string const& name) {
    for (std::string const& element : elements(svg, "text")) {
        if (words(element) == name) {
            return number(element, "x") > 400 && attribute(element, "class").empty();
        }
    }
    return false;
}

HeatMap identity(std::size_t size, double diagonal = 1) {
    HeatMap map{.title = "W"};
    for (std::size_t row = 0; row < size; ++row) {
        map.rows.emplace_back(size, 0.0);
        map.rows.back()[row] = diagonal;
    }
    return map;
}

std::string all_of(std::vector<std::string> const& sentences) {
    std::string result;
    for (std::string const& sentence : sentences) {
        result += sentence + "\n";
    }
    return result;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------- names ----

TEST_CASE("curves and lines have their names at their ends") {
    LineChart at_ends = chart({curve("trained", 3, 1), curve("interpolated", 3, 0.98)});
    at_ends.references = {{.label = "gradient descent", .y = 0.97}};
    std::string const svg = svg_text(at_ends);
    CHECK(is_beside(svg, "trained"));
    CHECK(is_beside(svg, "interpolated"));
    CHECK(is_beside(svg, "gradient descent"));
    CHECK(collisions(svg).empty());
}

TEST_CASE("where a curve ends elsewhere, all names are in a legend") {
    Series ends_early = curve("diverges", 1, 3);
    ends_early.y.back() = std::numeric_limits<double>::quiet_NaN();
    std::string const svg = svg_text(chart({curve("trained", 3, 1), ends_early}));
    CHECK(count_of(svg, "trained") == 1);
    CHECK_FALSE(is_beside(svg, "trained"));
    CHECK(count_of(svg, "diverges") == 1);
    CHECK(collisions(svg).empty());

    Series falls_to_zero = curve("reaches it", 3, 0);
    LineChart logarithmic = chart({curve("trained", 3, 1), falls_to_zero});
    CHECK(is_beside(svg_text(logarithmic), "reaches it"));
    logarithmic.y.logarithmic = true;  // 0 is not on it
    CHECK_FALSE(is_beside(svg_text(logarithmic), "reaches it"));
}

TEST_CASE("a name stands at the end of what is seen of its curve") {
    LineChart cut = chart({curve("falls", 3, 0), curve("rises", 0, 3)});
    auto const y_of = [&](std::string const& name) {
        std::string const svg = svg_text(cut);
        CHECK(is_beside(svg, name));
        for (std::string const& element : elements(svg, "text")) {
            if (words(element) == name) {
                return number(element, "y");
            }
        }
        return std::nan("");
    };
    CHECK(y_of("rises") < y_of("falls"));
    cut.x.greatest = 10;  // where they have not met yet
    CHECK(y_of("rises") > y_of("falls"));
}

TEST_CASE("more names than there is room for are in a legend, which does not cover the figure") {
    std::vector<Series> many;
    for (int i = 0; i < 18; ++i) {
        many.push_back(curve("run " + std::to_string(i), 3, 1));
    }
    std::string const svg = svg_text(chart(many));
    CHECK(count_of(svg, "run 17") == 1);
    CHECK(number(elements(svg, "text")[2], "y") < 120);
    CHECK(all_of(collisions(svg)).empty());
}

TEST_CASE("long texts are broken and cover nothing") {
    std::string const long_name = "one step of gradient descent on inputs without their mean, best rate";
    LineChart crowded = chart({curve(long_name, 3, 1), curve("mean of both layers' weights", 3, 1),
                               curve("trained layer", 2, 1), curve("another rule with rates of its own", 1, 1)});
    crowded.title =
        "After 5,000 steps of training the layer, which has two heads, is .3 % above one step of gradient descent";
    crowded.note =
        "Ten thousand tasks that were not seen in training, ten examples each, and inputs of ten dimensions: mean "
        "of one half of the squared error. The axis begins at a tenth.";
    crowded.references = {{.label = long_name, .y = 1.01}};
    CHECK(all_of(collisions(svg_text(crowded))).empty());
    crowded.y_below = {.label = "cosine of the sensitivities, from 0.9 on", .least = 0.9, .greatest = 1};
    crowded.series.push_back(curve("cosine", 0.1, 0.9993));
    crowded.series.back().below = true;
    crowded.references = {};
    CHECK(all_of(collisions(svg_text(crowded))).empty());
    CHECK(texts(svg_text(crowded), "title").size() == 2);
}

// ---------------------------------------------------------------------------------------------------------- bands ----

TEST_CASE("a figure says what its bands are") {
    CHECK(texts(svg_text(chart({with_band(curve("trained", 3, 1), 5)})), "note") ==
          Lines{"Shaded: mean ± one standard deviation over 5 seeds."});
    CHECK(texts(svg_text(chart({with_band(curve("trained", 3, 1), 2), with_band(curve("other", 3, 1), 10)})), "note") ==
          Lines{"Shaded: mean ± one standard deviation over 2 to 10 seeds."});
    CHECK(texts(svg_text(chart({curve("trained", 3, 1)})), "note").empty());
    LineChart with_note = chart({with_band(curve("trained", 3, 1), 5)});
    with_note.note = "10,000 tasks.";
    CHECK(texts(svg_text(with_note), "note") ==
          Lines{"10,000 tasks. Shaded: mean ± one standard deviation over 5 seeds."});
}

TEST_CASE("a figure says what its gaps are") {
    LineChart falls = chart({curve("excess", 3, -1)});
    CHECK(texts(svg_text(falls), "note").empty());
    falls.y.logarithmic = true;
    std::string const sentence =
        "Where a curve is interrupted or leaves below, its value is smaller than the axis shows, or negative.";
    CHECK(svg_text(falls).find(sentence) != std::string::npos);
    LineChart low = chart({curve("excess", 3, .01)});
    low.y.logarithmic = true;
    CHECK(texts(svg_text(low), "note").empty());
    low.y.least = .1;
    CHECK(svg_text(low).find(sentence) != std::string::npos);
    falls.x.greatest = 10;  // beyond, where it is negative, the figure ends
    CHECK(texts(svg_text(falls), "note").empty());
}

TEST_CASE("one seed has no band") {
    CHECK_THROWS_AS(svg_text(chart({with_band(curve("trained", 3, 1), 1)})), std::invalid_argument);
    CHECK_THROWS_AS(svg_text(chart({with_band(curve("trained", 3, 1), 0)})), std::invalid_argument);
    CHECK(elements(svg_text(chart({with_band(curve("trained", 3, 1), 2)})), "polygon").size() == 1);
    CHECK(elements(svg_text(chart({curve("trained", 3, 1)})), "polygon").empty());
}

// ----------------------------------------------------------------------------------------------------------- axes ----

TEST_CASE("two quantities have a panel each, over one x axis") {
    LineChart two = chart({curve("trained", 3, 1), curve("cosine", 0.2, 0.9993)});
    two.series.back().below = true;
    two.y_below = {.label = "cosine (from 0.9)", .least = 0.9, .greatest = 1};
    two.references = {{.label = "above", .y = 2}, {.label = "below", .y = 0.95, .below = true}};
    std::string const svg = svg_text(two);
    CHECK(count_of(svg, "loss") == 1);
    CHECK(count_of(svg, "cosine (from 0.9)") == 1);
    CHECK(count_of(svg, "training step") == 1);
    CHECK(count_of(svg, "0.90") == 1);
    CHECK(count_of(svg, "1,000") == 1);
    auto const y_of = [&](std::string const& name) {
        for (std::string const& element : elements(svg, "text")) {
            if (words(element) == name) {
                return number(element, "y");
            }
        }
        return std::nan("");
    };
    int lines = 0;
    for (std::string const& line : elements(svg, "line")) {
        lines += has_class(line, "reference") ? 1 : 0;
    }
    CHECK(lines == 4);  // each across its panel, and from there to its name
    CHECK(y_of("trained") < y_of("cosine (from 0.9)"));
    CHECK(y_of("above") < y_of("cosine (from 0.9)"));
    CHECK(y_of("cosine") > y_of("cosine (from 0.9)"));
    CHECK(y_of("below") > y_of("cosine (from 0.9)"));
    CHECK(collisions(svg).empty());
}

TEST_CASE("a logarithmic axis of few powers has numbers between them") {
    LineChart few = chart({curve("trained", 3, 1)});
    few.x.least = 25;
    few.x.greatest = 5000;
    std::string const svg = svg_text(few);
    for (char const* number : {"50", "100", "200", "500", "1,000", "2,000", "5,000"}) {
        CHECK(count_of(svg, number) == 1);
    }
    CHECK(collisions(svg).empty());
}

TEST_CASE("years have no groups of thousands") {
    LineChart years = chart({{.name = "sunspots", .x = {1940, 1970, 2000}, .y = {1000, 2000, 3000}}});
    years.x.logarithmic = false;
    CHECK(count_of(svg_text(years), "1,950") == 1);
    years.x.grouped = false;
    CHECK(count_of(svg_text(years), "1,950") == 0);
    CHECK(count_of(svg_text(years), "1950") == 1);
    CHECK(count_of(svg_text(years), "2,000") == 1);  // of y
}

TEST_CASE("numbers that would touch on a logarithmic axis are left out") {
    LineChart many =
        chart({{.name = "a name that leaves little room for the figure", .x = {200, 1000, 50000}, .y = {1, 2, 3}}});
    many.x.logarithmic = true;
    many.x.least = 200;
    many.x.greatest = 50000;
    std::string const svg = svg_text(many);
    CHECK(all_of(collisions(svg)).empty());
    CHECK(count_of(svg, "10,000") == 1);
    CHECK(count_of(svg, "20,000") == 0);
}

TEST_CASE("points that the x axis leaves out do not stretch the y axis") {
    Series with_beginning = curve("trained", 3, 1);
    with_beginning.x.insert(with_beginning.x.begin(), 0);  // which has no logarithm
    with_beginning.y.insert(with_beginning.y.begin(), 1000);
    LineChart untrained = chart({with_beginning});
    CHECK(count_of(svg_text(untrained), "1,000") == 1);  // of x alone
    untrained.x.logarithmic = false;
    CHECK(count_of(svg_text(untrained), "1,000") == 2);
    untrained.x.least = 1;
    CHECK(count_of(svg_text(untrained), "1,000") == 1);
}

TEST_CASE("points alone are drawn where that is asked for") {
    Series dots = curve("runs", 3, 1);
    dots.dots = true;
    std::string const svg = svg_text(chart({dots}));
    CHECK(elements(svg, "circle").size() == 5);  // and a sample beside the name
    CHECK(elements(svg, "path").size() == 1);    // the axes
    CHECK(elements(svg_text(chart({curve("runs", 3, 1)})), "path").size() == 2);
}

TEST_CASE("the description says from where to where curves go") {
    LineChart described = chart({curve("trained", 3, 1)});
    described.references = {{.label = "gradient descent", .y = 0.97}};
    CHECK(words(elements(svg_text(described), "desc").front()) ==
          "Across: training step. Up: loss. trained: from 3 at 1 to 1 at 1000. gradient descent: 0.97.");
}

TEST_CASE("the smallest and the largest numbers have places on an axis") {
    constexpr double tiny = std::numeric_limits<double>::denorm_min();
    for (bool const logarithmic : {false, true}) {
        for (auto const& [first, last] : std::vector<std::pair<double, double>>{{1, 2},
                                                                                {1, tiny},
                                                                                {0, tiny},
                                                                                {tiny, tiny},
                                                                                {tiny, 4 * tiny},
                                                                                {0, 1e-322},
                                                                                {3e-320, 3e-320},
                                                                                {1, 1.7e308},
                                                                                {1.7e308, 1.7e308},
                                                                                {-1.7e308, 0}}) {
            if (logarithmic && first <= 0) {
                continue;
            }
            INFO(first << " to " << last << (logarithmic ? ", logarithmic" : ""));
            LineChart drawn = chart({{.name = "y", .x = {1, 2}, .y = {first, last}, .dots = true}});
            drawn.y.logarithmic = logarithmic;
            std::string const svg = svg_text(drawn);
            CHECK(elements(svg, "circle").size() >= 2);
            for (std::string const& circle : elements(svg, "circle")) {
                CHECK(number(circle, "cy") > 0);
                CHECK(number(circle, "cy") < 500);
            }
            for (char const* no_place : {"nan", "inf\"", "inf "}) {
                CHECK(svg.find(no_place) == std::string::npos);
            }
        }
    }
}

TEST_CASE("what cannot be drawn is refused") {
    CHECK_THROWS_AS(svg_text(LineChart{}), std::invalid_argument);
    Series uneven = curve("trained", 3, 1);
    uneven.y.pop_back();
    CHECK_THROWS_AS(svg_text(chart({uneven})), std::invalid_argument);
    CHECK_THROWS_AS(svg_text(tools::BarChart{}), std::invalid_argument);
    for (double const length : {std::nan(""), std::numeric_limits<double>::infinity(), -1.0}) {
        tools::BarChart const bars{.bars = {{.name = "a", .length = 1}, {.name = "b", .length = length}}};
        CHECK_THROWS_WITH(svg_text(bars), "the bar 'b' of the chart '' has a length that is negative or not finite");
    }
    CHECK_THROWS_AS(svg_text(HeatMaps{}), std::invalid_argument);
    CHECK_THROWS_AS(svg_text(HeatMaps{.panels = {HeatMap{}}}), std::invalid_argument);
}

// ------------------------------------------------------------------------------------------------------- heat maps ----

TEST_CASE("parts of a matrix are divided by a line and named") {
    HeatMap map = identity(11);
    map.row_parts = {{"x", 10}, {"y", 1}};
    map.column_parts = {{"input", 10}, {"target", 1}};
    std::string const svg = svg_text(HeatMaps{.title = "Weights", .panels = {map}});
    for (char const* name : {"x", "y", "input", "target"}) {
        CHECK(count_of(svg, name) == 1);
    }
    CHECK(count_of(svg, "10") == 0);  // no numbers beside names
    Lines borders;
    for (std::string const& line : elements(svg, "line")) {
        if (has_class(line, "border")) {
            borders.push_back(line);
        }
    }
    REQUIRE(borders.size() == 2);
    auto const cells = elements(svg, "rect");
    auto const last =
        std::find_if(cells.rbegin(), cells.rend(), [](auto const& of) { return has_class(of, "positive"); });
    CHECK(number(borders[0], "y1") == Approx(number(*last, "y")).margin(0.11));
    CHECK(number(borders[1], "x1") == Approx(number(*last, "x")).margin(0.11));
    CHECK(collisions(svg).empty());

    map.row_parts = {{"x", 10}};
    CHECK_THROWS_AS(svg_text(HeatMaps{.panels = {map}}), std::invalid_argument);
    CHECK(count_of(svg_text(HeatMaps{.panels = {identity(11)}}), "11") == 2);  // without parts, numbers
}

TEST_CASE("cells that are large enough hold their values") {
    HeatMap map = identity(11, 0.61);
    map.rows[0][1] = -0.02;
    map.rows[0][2] = 0.004;
    map.rows[0][3] = -1.04;
    map.rows[0][4] = 0.997;
    std::string const svg = svg_text(HeatMaps{.panels = {map, map}});
    Lines cells = texts(svg, "cell");
    REQUIRE(cells.size() == 2 * 14);
    cells.resize(14);
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    CHECK(cells == Lines{"-.02", "-1.0", ".61", "1.0"});
    CHECK(collisions(svg).empty());
    CHECK(texts(svg_text(HeatMaps{.panels = {identity(21), identity(21)}}), "cell").empty());
    CHECK(texts(svg_text(HeatMaps{.panels = {map, map, map, map, map}}), "cell").empty());
}

TEST_CASE("the same colour is the same value in all panels of a figure") {
    std::string const svg = svg_text(HeatMaps{.panels = {identity(4, 2), identity(4, 0.5)}});
    int faint = 0;
    for (std::string const& cell : elements(svg, "rect")) {
        faint += has_class(cell, "positive") && attribute(cell, "opacity") == "0.25" ? 1 : 0;
    }
    CHECK(faint == 4);
    CHECK(elements(svg, "linearGradient").size() == 1);
    CHECK(count_of(svg, "-2") == 1);
}

TEST_CASE("where each panel has a scale of its own, none is blank, and its greatest value is told") {
    std::string const svg = svg_text(HeatMaps{.panels = {identity(4, 713), identity(4, 1.25)}, .own_colours = true});
    int strong = 0;
    for (std::string const& cell : elements(svg, "rect")) {
        strong += has_class(cell, "positive") && attribute(cell, "opacity").empty() ? 1 : 0;
    }
    CHECK(strong == 8);
    CHECK(count_of(svg, "W, max 713") == 1);
    CHECK(count_of(svg, "W, max 1.2") == 1);
    CHECK(count_of(svg, "max of each") == 1);
    CHECK(collisions(svg).empty());
}

TEST_CASE("many panels and large matrices cover nothing") {
    HeatMaps maps{.title = "The trained weights", .panels_per_row = 5};
    for (int i = 1; i <= 5; ++i) {
        maps.panels.push_back(identity(11));
        maps.panels.back().title = "layer " + std::to_string(i) + ": W_Kᵀ W_Q";
        maps.panels.back().row_parts = maps.panels.back().column_parts = {{"x", 10}, {"y", 1}};
    }
    CHECK(all_of(collisions(svg_text(maps))).empty());
    maps.own_colours = true;
    CHECK(all_of(collisions(svg_text(maps))).empty());
    for (std::size_t const size : {1U, 3U, 12U, 21U, 64U, 200U}) {
        INFO(size);
        CHECK(all_of(collisions(svg_text(HeatMaps{.panels = {identity(size), identity(size)}}))).empty());
        CHECK(all_of(collisions(svg_text(HeatMaps{.panels = {identity(size)}}))).empty());
    }
}

TEST_CASE("more panels than a row has room for stand in several") {
    for (std::size_t const panels : {5U, 12U, 16U, 40U}) {
        for (int const per_row : {0, 20}) {
            INFO(panels << " panels, " << per_row << " in a row");
            HeatMaps maps{.panels = std::vector<HeatMap>(panels, identity(4)), .panels_per_row = per_row};
            std::string const svg = svg_text(maps);
            std::size_t frames = 0;
            for (std::string const& rectangle : elements(svg, "rect")) {
                bool const is_frame = attribute(rectangle, "class") == "axis";
                frames += is_frame ? 1 : 0;
                CHECK((!is_frame || number(rectangle, "width") >= 20));
            }
            CHECK(frames == panels + 1);  // and the bar of colours
            CHECK(all_of(collisions(svg)).empty());
        }
    }
}

// ------------------------------------------------------------------------------------------------------------ bars ----

TEST_CASE("bars have their names, their values and a note") {
    tools::BarChart bars{
        .title = "One layer", .note = "AMD EPYC, g++ 12.2.0, -O3 -march=native", .axis = "million tasks per second"};
    bars.bars = {{.name = "incontext", .length = 8, .value = "8.0 M"},
                 {.name = "PyTorch, tasks innermost", .length = 2, .value = "2.0 M (4.0 times slower)"},
                 {.name = "Eigen", .length = 0.1, .value = "100 k (80 times slower)"}};
    std::string const svg = svg_text(bars);
    CHECK(texts(svg, "note") == Lines{bars.note});
    CHECK(count_of(svg, "PyTorch, tasks innermost") == 1);
    CHECK(all_of(collisions(svg)).empty());
    CHECK(words(elements(svg, "desc").front()).find("Eigen: 100 k (80 times slower).") != std::string::npos);
}
