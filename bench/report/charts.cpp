// SPDX-License-Identifier: MIT
#include "charts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "tools/charts.hpp"

namespace report {
namespace {

/// How a competitor looks in every chart: a colour for each kind, dashes or a pale fill for its variants.
struct Look {
    std::string_view beginning;
    std::size_t colour;
    bool is_variant;
};

/// The first whose beginning fits counts.
constexpr std::array looks{
    Look{"incontext_lanes_definition", 0, true},
    Look{"incontext_with_pass", 0, true},
    Look{"incontext_", 0, false},
    Look{"libxsmm_paper", 2, true},
    Look{"libxsmm", 2, false},
    Look{"openblas_paper", 3, true},
    Look{"openblas", 3, false},
    Look{"eigen_fixed_lazy", 4, false},
    Look{"eigen_", 1, false},
    Look{"", 6, false},
};

std::size_t place_of(std::string_view competitor) {
    return static_cast<std::size_t>(
        std::find_if(looks.begin(), looks.end(),
                     [&](Look const& look) { return competitor.starts_with(look.beginning); }) -
        looks.begin());
}

bool is_charted(std::string_view competitor) {
    return !competitor.starts_with("pytorch_") || competitor.starts_with("pytorch_best");
}

/// What a competitor is called where there is no room for more than a few words.
struct Name {
    std::string_view competitor;
    std::string_view shown;
};
constexpr std::array names{
    Name{"incontext_lanes", "incontext"},
    Name{"incontext_lanes_definition", "incontext, as defined"},
    Name{"incontext_gram", "incontext, Gram matrix known"},
    Name{"incontext_with_pass", "incontext, with pass over context"},
    Name{"libxsmm_merged", "libxsmm, merged weights"},
    Name{"libxsmm_paper", "libxsmm, paper's formula"},
    Name{"openblas_merged", "OpenBLAS, merged weights"},
    Name{"openblas_paper", "OpenBLAS, paper's formula"},
    Name{"eigen_fixed", "Eigen, a * b"},
    Name{"eigen_fixed_lazy", "Eigen, lazyProduct"},
    Name{"eigen_fixed_lazy_merged", "Eigen, lazyProduct, merged"},
    Name{"eigen_dynamic_layers", "Eigen, layer by layer"},
    Name{"pytorch_best", "PyTorch, fastest"},
};

/// Its name, and on how many threads; one that the table does not know keeps its own.
std::string shown(std::string_view competitor) {
    constexpr std::string_view two_threads = "_2_threads";
    if (competitor.ends_with(two_threads)) {
        return shown(competitor.substr(0, competitor.size() - two_threads.size())) + ", 2 threads";
    }
    auto const known =
        std::find_if(names.begin(), names.end(), [&](Name const& name) { return name.competitor == competitor; });
    std::string result(known == names.end() ? competitor : known->shown);
    std::replace(result.begin(), result.end(), '_', ' ');
    return result;
}

/// A curve of value(measurement) by size for each competitor, in the order of looks; a single point is none, and a value
/// of 0 no point.
Chart line_chart(Measurements const& measurements, char const* file, char const* work, tools::LineChart chart,
                 std::function<double(Measurement const&)> const& value) {
    std::map<std::pair<std::size_t, std::string>, std::map<double, double>> curves;
    for (Measurement const& row : of_work(measurements, work)) {
        double size = 0;  // of which a name, such as "large", has none
        bool const has_size =
            std::from_chars(row.size.data(), row.size.data() + row.size.size(), size).ec == std::errc();
        if (has_size && is_charted(row.competitor) && value(row) > 0) {
            curves[{place_of(row.competitor), row.competitor}][size] = value(row);
        }
    }
    for (auto const& [curve, points] : curves) {
        Look const& look = looks[curve.first];
        tools::Series series{.name = shown(curve.second), .dashed = look.is_variant, .colour = look.colour};
        for (auto const& [x, y] : points) {
            series.x.push_back(x);
            series.y.push_back(y);
        }
        if (points.size() > 1) {
            chart.series.push_back(series);
        }
    }
    return {.file = file, .title = chart.title, .svg = chart.series.empty() ? "" : svg_text(chart)};
}

/// The competitors of a work in one size, the fastest first, with how many times as long as ours they take.
Chart bar_chart(Measurements const& measurements, std::string const& work, std::string const& size,
                tools::BarChart chart, double unit) {
    auto rows = of_work(measurements, work);
    std::erase_if(rows, [&](auto const& row) { return row.size != size || !is_charted(row.competitor); });
    std::stable_sort(rows.begin(), rows.end(),
                     [](auto const& left, auto const& right) { return left.seconds < right.seconds; });
    for (Measurement const& row : rows) {
        double const rate = row.tasks_per_second.value_or(1 / row.seconds);
        double const by = factor(measurements, row).value_or(1);
        Look const& look = looks[place_of(row.competitor)];
        chart.bars.push_back({.name = shown(row.competitor),
                              .length = rate / unit,
                              .value = count_text(rate) + (by == 1 ? "" : " (" + count_text(by) + ")"),
                              .colour = look.colour,
                              .pale = look.is_variant});
    }
    return {.file = work + ".svg", .title = chart.title, .svg = chart.bars.empty() ? "" : svg_text(chart)};
}

}  // namespace

std::vector<Chart> charts(Measurements const& measurements) {
    char const* const tasks = "million tasks per second";
    std::string const machine = machine_text(measurements);
    std::string const one_thread = "One thread; medians." + (machine.empty() ? "" : " " + machine + ".");
    std::string const bars =
        "Medians; in brackets how many times faster incontext is." + (machine.empty() ? "" : " " + machine + ".");
    return {
        bar_chart(measurements, "layer", "11",
                  {.title = "One layer, all 11 tokens of dimension 11", .note = bars, .axis = tasks}, 1e6),
        line_chart(measurements, "peak_layer.svg", "layer",
                   {.title = "One layer on 11 tokens",
                    .note = one_thread,
                    .x = {.label = "token dimension", .least = 0},
                    .y = {.label = "share of the FMA peak (%)", .least = 0, .greatest = 100}},
                   [](auto const& row) { return 100 * row.of_peak.value_or(0); }),
        bar_chart(measurements, "training_step_1_layer", "2048",
                  {.title = "Training one layer on 2048 fresh tasks", .note = bars, .axis = tasks}, 1e6),
        line_chart(measurements, "prediction.svg", "prediction",
                   {.title = "One prediction by five layers",
                    .note = one_thread,
                    .x = {.label = "examples in the context", .logarithmic = true},
                    .y = {.label = "time of one prompt (µs)", .logarithmic = true}},
                   [](auto const& row) { return 1e6 * row.seconds; }),
    };
}

}  // namespace report
