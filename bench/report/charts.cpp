// SPDX-License-Identifier: MIT
#include "charts.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "bars.hpp"
#include "common/plot.hpp"
#include "tables.hpp"

namespace report {
namespace {

// ------------------------------------------------------------------------------------------------------ competitors ----

/// How a competitor looks in every chart: a colour for each kind, dashes or a pale fill for its variants.
struct Look {
    std::string_view beginning;
    std::size_t colour;
    bool is_variant;
};

/// The first whose beginning fits counts.
constexpr std::array looks{
    Look{"incontext_lanes_2_threads", 0, false},
    Look{"incontext_lanes_", 0, true},
    Look{"incontext_lanes", 0, false},
    Look{"incontext_moments", 0, false},
    Look{"incontext_with_pass", 0, true},
    Look{"incontext_", 5, false},
    Look{"libxsmm_", 2, true},
    Look{"libxsmm", 2, false},
    Look{"openblas_", 3, true},
    Look{"openblas", 3, false},
    Look{"eigen_fixed_lazy_", 4, true},
    Look{"eigen_fixed_lazy", 4, false},
    Look{"eigen_self_adjoint", 4, true},
    Look{"eigen_fixed_", 1, true},
    Look{"eigen_fixed", 1, false},
    Look{"eigen_dynamic_flat", 6, true},
    Look{"eigen_", 1, true},
    Look{"pytorch_", 6, false},
    Look{"", 5, true},
};

Look const& look_of(std::string_view competitor) {
    return *std::find_if(looks.begin(), looks.end(),
                         [&](Look const& look) { return competitor.starts_with(look.beginning); });
}

/// The order of legends: the kinds as above, of each kind its variants last.
bool in_order(std::string const& left, std::string const& right) {
    auto const key = [](std::string const& competitor) {
        Look const& look = look_of(competitor);
        auto const kind =
            std::find_if(looks.begin(), looks.end(), [&](Look const& other) { return other.colour == look.colour; });
        return std::tuple(kind - looks.begin(), look.is_variant, std::string_view(competitor));
    };
    return key(left) < key(right);
}

/// Exact numbers are there for scale, in the tables.
bool is_charted(Measurement const& measurement) {
    std::string_view const competitor = measurement.competitor;
    return (!competitor.starts_with("pytorch_") || competitor.starts_with("pytorch_best")) &&
           !competitor.starts_with("exact_");
}

std::string shown(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

// ------------------------------------------------------------------------------------------------------ line charts ----

struct Point {
    double x;
    double y;
};

/// What a measurement is in a chart: a point of the curve of that name, or nothing.
struct Plotted {
    std::string curve;
    Point point;
};
using Plot = std::function<std::optional<Plotted>(Measurement const&)>;

/// A curve for each name, in the order of legends; a single point is none.
std::vector<reproduce::Series> curves(Measurements const& measurements, Plot const& plot) {
    std::map<std::string, std::vector<Point>, decltype(&in_order)> points(&in_order);
    for (Measurement const& measurement : measurements.benchmarks) {
        if (auto const plotted = is_charted(measurement) ? plot(measurement) : std::nullopt) {
            points[plotted->curve].push_back(plotted->point);
        }
    }
    std::vector<reproduce::Series> result;
    for (auto& [name, of_curve] : points) {
        if (of_curve.size() < 2) {
            continue;
        }
        std::sort(of_curve.begin(), of_curve.end(),
                  [](Point const& left, Point const& right) { return left.x < right.x; });
        reproduce::Series series{
            .name = shown(name), .dashed = look_of(name).is_variant, .colour = look_of(name).colour};
        for (Point const& point : of_curve) {
            series.x.push_back(point.x);
            series.y.push_back(point.y);
        }
        result.push_back(series);
    }
    return result;
}

Chart line_chart(std::string const& file, reproduce::LineChart const& chart) {
    return {.file = file, .title = chart.title, .script = chart.series.empty() ? "" : reproduce::gnuplot_script(chart)};
}

Chart share_of_peak(Measurements const& measurements, std::string const& work, std::string const& title,
                    reproduce::Axis const& x) {
    Plot const share = [&](Measurement const& measurement) -> std::optional<Plotted> {
        auto const size = number_at_end(measurement.size);
        if (measurement.work != work || !size || !measurement.of_peak) {
            return std::nullopt;
        }
        return Plotted{measurement.competitor, {*size, 100 * *measurement.of_peak}};
    };
    return line_chart("peak_" + work + ".svg",
                      {.title = title,
                       .x = x,
                       .y = {.label = "share of the FMA peak (%)", .least = 0, .greatest = 100},
                       .series = curves(measurements, share)});
}

Chart stacks(Measurements const& measurements) {
    Plot const rate = [](Measurement const& measurement) -> std::optional<Plotted> {
        auto const depth = number_at_end(measurement.work);
        if (!measurement.work.starts_with("stack_") || !depth || !measurement.tasks_per_second) {
            return std::nullopt;
        }
        return Plotted{measurement.competitor, {*depth, *measurement.tasks_per_second / 1e6}};
    };
    return line_chart("stacks.svg", {.title = "The query token after a stack of layers",
                                     .x = {.label = "layers", .least = 0},
                                     .y = {.label = "million tasks per second", .logarithmic = true},
                                     .series = curves(measurements, rate)});
}

Chart predictions(Measurements const& measurements) {
    Plot const time = [](Measurement const& measurement) -> std::optional<Plotted> {
        auto const context = number_at_end(measurement.size);
        if (measurement.work != "prediction" || !context) {
            return std::nullopt;
        }
        auto const& rate = measurement.tasks_per_second;
        return Plotted{measurement.competitor, {*context, 1e6 * (rate ? 1 / *rate : measurement.seconds)}};
    };
    return line_chart("prediction.svg", {.title = "One prediction by five layers",
                                         .x = {.label = "examples in the context", .logarithmic = true},
                                         .y = {.label = "time of one prompt (µs)", .logarithmic = true},
                                         .series = curves(measurements, time)});
}

/// compile/g++/proof_token_dim_16 is a point of "proof token dim, g++" over 16: a colour for what is compiled, dashes
/// for clang.
Chart compiling(Measurements const& measurements) {
    Plot const time = [](Measurement const& measurement) -> std::optional<Plotted> {
        auto const size = number_at_end(measurement.size);
        auto const end = measurement.size.find_last_not_of("0123456789_/");
        if (measurement.work != "compile" || !size || end == std::string::npos) {
            return std::nullopt;
        }
        return Plotted{measurement.size.substr(0, end + 1) + ", " + measurement.competitor,
                       {*size, measurement.seconds}};
    };
    auto series = curves(measurements, time);
    std::vector<std::string> compiled;
    for (auto& curve : series) {
        std::string const name = curve.name.substr(0, curve.name.rfind(','));
        auto const known = std::find(compiled.begin(), compiled.end(), name);
        curve.colour = static_cast<std::size_t>(known - compiled.begin());
        curve.dashed = curve.name.find("clang") != std::string::npos;
        if (known == compiled.end()) {
            compiled.push_back(name);
        }
    }
    return line_chart("compile.svg", {.title = "Compiling",
                                      .x = {.label = "token dimension, context or layers", .logarithmic = true},
                                      .y = {.label = "seconds", .least = 0},
                                      .series = series});
}

// ------------------------------------------------------------------------------------------------------- bar charts ----

Chart bar_chart(std::string const& file, BarChart const& chart) {
    return {.file = file, .title = chart.title, .script = chart.bars.empty() ? "" : gnuplot_script(chart)};
}

/// "24.1 M (3.18)": ours takes a time that many times shorter.
std::string with_factor(std::string const& value, Measurements const& measurements, Measurement const& measurement) {
    auto const* ours = reference(measurements, measurement);
    if (ours == nullptr || ours->competitor == measurement.competitor) {
        return value;
    }
    return value + " (" + count_text(measurement.seconds / ours->seconds) + ")";
}

/// The competitors of a work in one size, the fastest first.
Chart rates(Measurements const& measurements, std::string const& work, std::string const& size, BarChart chart,
            std::function<double(Measurement const&)> const& rate) {
    std::vector<Measurement const*> rows;
    for (Measurement const& row : measurements.benchmarks) {
        if (row.work == work && row.size == size && is_charted(row) && rate(row) > 0) {
            rows.push_back(&row);
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [&](Measurement const* left, Measurement const* right) { return rate(*left) > rate(*right); });
    double const unit = !rows.empty() && rate(*rows.front()) > 1e6 ? 1e6 : 1;
    for (Measurement const* row : rows) {
        Look const& look = look_of(row->competitor);
        chart.bars.push_back({.name = shown(row->competitor),
                              .pieces = {{.length = rate(*row) / unit, .colour = look.colour}},
                              .value = with_factor(count_text(rate(*row)), measurements, *row),
                              .pale = look.is_variant});
    }
    return bar_chart(work + ".svg", chart);
}

double tasks_per_second(Measurement const& row) {
    return row.tasks_per_second.value_or(0);
}

double steps_per_second(Measurement const& row) {
    return 1 / row.seconds;
}

/// The parts of a training step, one bar for each competitor that does all of them.
Chart parts(Measurements const& measurements, std::string const& layers, std::string const& title) {
    static constexpr std::array<std::pair<char const*, char const*>, 3> names{
        {{"draw_tasks", "draw tasks"}, {"loss_and_gradient_", "loss and gradient"}, {"update", "clip and Adam"}}};
    constexpr std::array<std::size_t, 3> colours{4, 0, 2};
    BarChart chart{.title = title, .axis = "microseconds"};
    for (char const* competitor : {"incontext_lanes", "pytorch_best"}) {
        Bar bar{.name = shown(competitor)};
        double sum = 0;
        for (std::size_t i = 0; i < names.size(); ++i) {
            std::string const name = names[i].first;
            auto const* part = find(measurements, name.ends_with('_') ? name + layers : name, competitor, "2048");
            if (part != nullptr) {
                bar.pieces.push_back({.length = 1e6 * part->seconds, .colour = colours[i]});
                sum += part->seconds;
            }
        }
        bar.value = time_text(sum);
        if (bar.pieces.size() == names.size()) {
            chart.bars.push_back(bar);
        }
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        chart.legend.push_back({.name = names[i].second, .colour = colours[i]});
    }
    return bar_chart("parts_" + layers + ".svg", chart);
}

}  // namespace

std::vector<Chart> charts(Measurements const& measurements) {
    reproduce::Axis const n{.label = "n", .least = 0};
    reproduce::Axis const context{.label = "examples in the context", .logarithmic = true};
    BarChart const tasks{.axis = "million tasks per second (in brackets: how many times faster ours is)"};
    BarChart const steps{.axis = "steps per second (in brackets: how many times faster ours is)"};
    auto const titled = [](BarChart chart, char const* title) {
        chart.title = title;
        return chart;
    };
    return {
        share_of_peak(measurements, "product_per_task", "Products n × n by n × n, both factors of the task's own", n),
        share_of_peak(measurements, "product_shared", "Products n × n by n × n, the left factor shared by all tasks",
                      n),
        share_of_peak(measurements, "layer", "One layer on 11 tokens", {.label = "token dimension", .least = 0}),
        rates(measurements, "layer", "11", titled(tasks, "One layer, all 11 tokens of dimension 11"), tasks_per_second),
        rates(measurements, "query_only", "11", titled(tasks, "One layer, the query token alone"), tasks_per_second),
        stacks(measurements),
        rates(measurements, "training_step_1_layer", "2048", titled(steps, "Training one layer on 2048 fresh tasks"),
              steps_per_second),
        rates(measurements, "training_step_5_layers", "2048", titled(steps, "Training five layers on 2048 fresh tasks"),
              steps_per_second),
        parts(measurements, "1_layer", "The parts of a training step, one layer"),
        parts(measurements, "5_layers", "The parts of a training step, five layers"),
        share_of_peak(measurements, "context_pass", "The pass over the context that makes its moments", context),
        predictions(measurements),
        compiling(measurements),
    };
}

}  // namespace report
