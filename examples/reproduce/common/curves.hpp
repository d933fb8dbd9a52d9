// SPDX-License-Identifier: MIT
/// @file
/// What every program does with its runs: a table, curves, numbers for run.json.
///
/// What is measured is a Hana struct of doubles that each program declares, `step` first. The names of its members are
/// the columns of curves.csv and the keys of run.json.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/options.hpp"
#include "common/weights.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/dimensions.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/statistics.hpp"

namespace reproduce {

/// What remains of a run when the type of its model is of no interest any more.
template <class Measured>
struct Curve {
    std::uint32_t seed = 0;
    std::vector<Measured> curve{};
    double seconds_training = 0;
    Weights weights{};

    [[nodiscard]] Measured const& last() const { return curve.back(); }
};

/// Whether a number can be a measurement of this name, for who reads a curve from a file. A loss and a difference are at least 0
/// and within the range of float, as they are computed in; a cosine ("cosine_gd", "partial_cosine") is from -1 to 1, but for
/// rounding. Of a model that left the range of float they are infinite or NaN, unless its losses are always finite; a difference
/// or a cosine may be NaN of any model, and the loss of an interpolation infinite or NaN. Other names are not known,
/// and may have any number. Test: tests/tools/curves.cpp.
[[nodiscard]] bool can_be_measured(std::string_view name, double value, bool losses_are_finite);

/// One number of each run.
template <class ARun, class Value>
[[nodiscard]] std::vector<double> of_runs(std::vector<ARun> const& runs, Value const& value) {
    std::vector<double> values;
    for (ARun const& run : runs) {
        values.push_back(value(run));
    }
    return values;
}

/// The last measurements of each run.
template <class ARun, class Value>
[[nodiscard]] std::vector<double> last_of_runs(std::vector<ARun> const& runs, Value const& value) {
    return of_runs(runs, [&](ARun const& run) { return value(run.last()); });
}

/// All measurements of all runs, a row each.
template <class ARun>
[[nodiscard]] std::string curves_csv(std::vector<ARun> const& runs);

/// What tells the rows of one model from those of others: the name of a column before the others, and the number in it.
using Key = std::pair<std::string, double>;

/// Adds the rows of curves_csv below those of other models, with their keys.
template <class ARun>
void append_curves(std::vector<Column>& table, std::vector<Key> const& keys, std::vector<ARun> const& runs);

/// A curve of the mean over runs, with its standard deviation as a band where there are several.
template <class ARun, class Value>
[[nodiscard]] Series series(std::string const& name, std::vector<ARun> const& runs, Value const& value) {
    Series result{.name = name};
    for (std::size_t i = 0; i < runs.front().curve.size(); ++i) {
        auto const values = of_runs(runs, [&](ARun const& run) { return value(run.curve[i]); });
        result.x.push_back(runs.front().curve[i].step);
        result.y.push_back(mean(values));
        if (runs.size() > 1) {
            result.deviation.push_back(standard_deviation(values));
        }
    }
    result.seeds = runs.size();
    return result;
}

/// A curve for each run, in one colour, named once: where a mean over runs would show what none of them does.
template <class ARun, class Value>
void add_runs(LineChart& chart, std::string const& name, std::vector<ARun> const& runs, std::size_t colour,
              Value const& value) {
    for (std::size_t run = 0; run < runs.size(); ++run) {
        chart.series.push_back(series(run == 0 ? name : "", std::vector<ARun>{runs[run]}, value));
        chart.series.back().colour = colour;
    }
}

/// By how many percent a loss exceeds another.
[[nodiscard]] inline double percent_above(double loss, double baseline) {
    return 100 * (loss / baseline - 1);
}

/// "0.17 % above", "26 % below", "as large as" where two digits tell no difference of a ten-thousandth.
[[nodiscard]] std::string percent_text(double loss, double baseline);

/// A count: "12,000".
[[nodiscard]] std::string grouped_text(double count);

/// So many decimals: "0.9993"; "0.0000", without a sign, of what is rounded to zero.
[[nodiscard]] std::string fixed_text(double value, int decimals);

/// "5 seeds", "1 seed".
[[nodiscard]] std::string seeds_text(std::size_t seeds);

/// Steps of training on a logarithmic axis, from the first measurement after the beginning on: what is learned is learned early.
template <class ARun>
[[nodiscard]] Axis step_axis(std::vector<ARun> const& runs) {
    auto const& curve = runs.front().curve;
    Axis axis{.label = "training step", .logarithmic = true};
    if (curve.size() > 1) {
        axis.least = curve[1].step;
    }
    return axis;
}

/// An axis for cosines that end at these: from a round number below them, which its label says, to 1. Where that would be zero, and
/// one of these or of the series, but for those below the figure, is negative, from a round number below that.
[[nodiscard]] Axis cosine_axis(std::string const& label, std::vector<double> const& last,
                               std::vector<Series> const& drawn = {});

/// The rows and columns of a matrix that acts on tokens (x, y).
[[nodiscard]] std::vector<Part> token_parts();

/// The parameters of the paper's setting that are no options, for run.json.
[[nodiscard]] nlohmann::ordered_json setting_json(int layers, int batch);

/// Adds a number of each run to run.json, as their mean; where there are several, with their standard deviation and each
/// run's own. What is not finite is left out, because JSON cannot hold it.
void add_statistics(nlohmann::ordered_json& record, std::string const& name, std::vector<double> const& values);

/// A number of run.json for a summary; NaN where it was left out, because it is not finite.
[[nodiscard]] double statistic_in(nlohmann::ordered_json const& record, std::string const& name);

/// Adds the last measurement and the seconds of training to run.json, by add_statistics.
template <class ARun>
void add_results(nlohmann::ordered_json& record, std::vector<ARun> const& runs);

// ------------------------------------------------------------------------------------------------------- details ----

namespace curves {

/// A column for each number that is measured, without values.
template <class Measured>
std::vector<Column> columns_of(Measured const& at) {
    std::vector<Column> columns;
    incontext::for_each_parameter([&](char const* name, double const&) { columns.push_back({name}); }, at);
    return columns;
}

/// Adds a value to each column, beginning at `column`.
template <class Measured>
void append_row(std::vector<Column>::iterator column, Measured const& at) {
    incontext::for_each_parameter([&](char const*, double const& value) { (column++)->values.push_back(value); }, at);
}

template <class ARun>
std::vector<Column> table_of(std::vector<ARun> const& runs) {
    std::vector<Column> columns = columns_of(runs.front().last());
    columns.insert(columns.begin(), {"seed"});
    for (ARun const& run : runs) {
        for (auto const& at : run.curve) {
            columns.front().values.push_back(run.seed);
            append_row(columns.begin() + 1, at);
        }
    }
    return columns;
}

/// Adds the rows of a table below those of another, with values in columns before them.
void append_table(std::vector<Column>& table, std::vector<Key> const& keys, std::vector<Column> const& rows);

}  // namespace curves

template <class ARun>
std::string curves_csv(std::vector<ARun> const& runs) {
    return csv_text(curves::table_of(runs));
}

template <class ARun>
void append_curves(std::vector<Column>& table, std::vector<Key> const& keys, std::vector<ARun> const& runs) {
    curves::append_table(table, keys, curves::table_of(runs));
}

template <class ARun>
void add_results(nlohmann::ordered_json& record, std::vector<ARun> const& runs) {
    std::vector<Column> results = curves::columns_of(runs.front().last());
    for (ARun const& run : runs) {
        curves::append_row(results.begin(), run.last());
    }
    for (std::size_t i = 1; i < results.size(); ++i) {  // all but the step
        add_statistics(record, results[i].name, results[i].values);
    }
    add_statistics(record, "seconds_training", of_runs(runs, [](ARun const& run) { return run.seconds_training; }));
}

}  // namespace reproduce
