// SPDX-License-Identifier: MIT
// Regression in context on a real table, beside least squares and ridge.
//
//   given       a table as comma-separated values; without one, the yearly number of sunspots from 1700 to 2008
//   inputs      other columns of the row, and the target in so many rows before: here the nine years before (Yule, 1927)
//   training    the first rows are the context. Mean and variance of every column are those of the training rows alone
//   steps       K layers of linear self-attention, which are K steps of gradient descent; the rate comes from the context
//   held out    the last rows: nothing is learned from them, and the errors are in the units of the target
//   look for    one step is far worse than ridge; how many steps it takes depends on how unlike the eigenvalues are
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "09_a_real_table/solvers.hpp"
#include "common/options.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/streaming_context.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/parts.hpp"
#include "tools/program.hpp"
#include "tools/record.hpp"
#include "tools/table.hpp"
#include "tools/text_file.hpp"

namespace {

using namespace incontext;
using namespace tools;

constexpr int not_given = -1;

struct Options {
    std::string file{};
    std::string target{};
    std::string inputs{};  // names with commas between them
    std::string along{};
    int past = not_given;
    int held_out = 25;  // percent
    std::string out = "out/a_real_table";
    bool quiet = false;
};

// ------------------------------------------------------------------------------------------ from a table to rows ----

/// All columns are standardised by the training rows, which come first.
struct Rows {
    std::vector<std::string> inputs{};
    Eigen::MatrixXd X{};  // [inputs x rows]
    Eigen::VectorXd y{};
    std::vector<double> along{};
    std::vector<double> right{};  // the target of the held-out rows, in its own units
    std::vector<double> value_before{};
    Eigen::Index training = 0;
    Standard of_target{};

    [[nodiscard]] Eigen::Index held_out() const { return y.size() - training; }
};

// A layer is compiled for so many inputs. Those that a table does not have are 0, which gradient descent does not see.
constexpr int most_inputs = 16;

Rows rows_of(Table const& table, Options const& options) {
    std::vector<std::string> names;
    if (!options.inputs.empty()) {
        names = parts_of(options.inputs, ',');
    } else {
        std::copy_if(table.names.begin(), table.names.end(), std::back_inserter(names),
                     [&](std::string const& name) { return name != options.target && name != options.along; });
    }
    auto const past = static_cast<std::size_t>(options.past);
    std::size_t const inputs = names.size() + past;
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (std::find(names.begin(), name, *name) != name) {
            throw UsageError("--inputs names '" + *name + "' twice");
        }
    }
    if (options.along == options.target) {
        throw UsageError("--along names the target '" + options.target + "': choose another column to draw along");
    }
    if (std::find(names.begin(), names.end(), options.target) != names.end()) {
        throw UsageError("the target '" + options.target + "' cannot be an input as well; --past takes rows before");
    }
    if (inputs < 1 || inputs > most_inputs) {
        throw UsageError("there are " + std::to_string(inputs) + " inputs, and must be 1 to " +
                         std::to_string(most_inputs) + ": choose with --inputs and --past");
    }
    std::vector<double> const target = numbers_in(table, options.target);
    std::vector<std::vector<double>> columns;
    for (std::string const& name : names) {
        columns.push_back(numbers_in(table, name));
        columns.back().erase(columns.back().begin(),
                             columns.back().begin() + std::min(options.past, static_cast<int>(target.size())));
    }

    std::size_t const count = target.size() - std::min(past, target.size());
    std::size_t const held_out = count * static_cast<std::size_t>(options.held_out) / 100;
    std::size_t const training = count - held_out;
    if (held_out < 1 || training < inputs + 2) {
        throw TableError("line " + std::to_string(table.rows.back().line) + ": the table ends after " +
                         std::to_string(target.size()) + " rows, which leave " + std::to_string(training) +
                         " for training and " + std::to_string(held_out) + " held out; " + std::to_string(inputs) +
                         " inputs need " + std::to_string(inputs + 2) + " and 1");
    }
    for (std::size_t back = 1; back <= past; ++back) {
        names.push_back(options.target + ", " + std::to_string(back) + " before");
        auto const first = target.begin() + static_cast<std::ptrdiff_t>(past - back);
        columns.emplace_back(first, first + static_cast<std::ptrdiff_t>(count));
    }

    Rows rows{.inputs = names, .training = static_cast<Eigen::Index>(training)};
    auto const standard = [&](std::vector<double> const& numbers, std::string const& name) {
        return standard_of({numbers.data(), training}, "lines " + std::to_string(table.rows[past].line) + " to " +
                                                           std::to_string(table.rows[past + training - 1].line) +
                                                           ", column '" + name + "'");
    };
    auto const size = static_cast<Eigen::Index>(count);
    rows.X = Eigen::MatrixXd::Zero(most_inputs, size);
    rows.y = Eigen::VectorXd::Zero(size);
    for (std::size_t input = 0; input < inputs; ++input) {
        Standard const of_input = standard(columns[input], names[input]);
        for (Eigen::Index row = 0; row < size; ++row) {
            rows.X(static_cast<Eigen::Index>(input), row) = of_input.of(columns[input][static_cast<std::size_t>(row)]);
        }
    }
    std::vector<double> const targets(target.end() - static_cast<std::ptrdiff_t>(count), target.end());
    rows.of_target = standard(targets, options.target);
    for (Eigen::Index row = 0; row < size; ++row) {
        rows.y(row) = rows.of_target.of(targets[static_cast<std::size_t>(row)]);
    }
    rows.right.assign(targets.end() - static_cast<std::ptrdiff_t>(held_out), targets.end());
    if (past > 0) {
        rows.value_before.assign(targets.end() - static_cast<std::ptrdiff_t>(held_out) - 1, targets.end() - 1);
    }
    if (!options.along.empty()) {
        std::vector<double> const along = numbers_in(table, options.along);
        rows.along.assign(along.end() - static_cast<std::ptrdiff_t>(held_out), along.end());
    }
    return rows;
}

// ---------------------------------------------------------------------------------------------------- predictors ----

struct Predictor {
    std::string name{};
    std::vector<double> predictions{};  // of the held-out rows, in the units of the target
    double root_mean_square = 0;        // of the errors
    double mean_absolute = 0;
};

Predictor predictor(std::string name, std::vector<double> predictions, Rows const& rows) {
    Predictor result{.name = std::move(name), .predictions = std::move(predictions)};
    auto const count = static_cast<double>(rows.right.size());
    for (std::size_t i = 0; i < rows.right.size(); ++i) {
        double const error =
            (result.predictions[i] - rows.right[i]) / rows.of_target.deviation;  // its square is in range
        result.root_mean_square += error * error / count;
        result.mean_absolute += std::abs(error) / count;
    }
    result.root_mean_square = std::sqrt(result.root_mean_square) * rows.of_target.deviation;
    result.mean_absolute *= rows.of_target.deviation;
    if (!std::isfinite(result.root_mean_square)) {
        throw std::runtime_error("the errors of the predictor '" + result.name +
                                 "' leave the range of double: the held-out rows are unlike the training rows");
    }
    return result;
}

Predictor predictor(std::string name, Eigen::VectorXd const& weights, Rows const& rows) {
    std::vector<double> predictions;
    for (Eigen::Index row = rows.training; row < rows.y.size(); ++row) {
        predictions.push_back(rows.of_target.back(weights.dot(rows.X.col(row))));
    }
    return predictor(std::move(name), std::move(predictions), rows);
}

constexpr Dimensions sizes{.input = most_inputs, .output = 1, .context = 1};  // rates are those of a mean over examples
using Step = GradientStep<sizes, double>;

/// Steps of gradient descent from W0 = 0, on a context that was shown the training rows.
template <int Steps>
auto context_of(Rows const& rows, double learning_rate) {
    Step const step{.learning_rate = learning_rate};
    StreamingContext context(looped<Steps>(as_attention(step)));
    Eigen::Matrix<double, most_inputs + 1, Eigen::Dynamic> table(most_inputs + 1, rows.training);
    table << rows.X.leftCols(rows.training), rows.y.head(rows.training).transpose();
    if (context.observe_tokens(table) != Observation::observed) {
        throw std::runtime_error("the context refused a row, whose squares leave the range of double");
    }
    return context;
}

template <int Steps>
Predictor by_steps(Rows const& rows, double learning_rate) {
    auto const context = context_of<Steps>(rows, learning_rate);
    std::vector<double> predictions;
    for (Eigen::Index row = rows.training; row < rows.y.size(); ++row) {
        Eigen::Matrix<double, most_inputs, 1> const x = rows.X.col(row);
        predictions.push_back(rows.of_target.back(context.predict(x)(0)));
    }
    return predictor(std::to_string(Steps) + (Steps == 1 ? " step" : " steps"), std::move(predictions), rows);
}

// ------------------------------------------------------------------------------------------------------- results ----

/// "4.2 % above"
std::string compared(Predictor const& predictor, Predictor const& with) {
    double const percent = 100 * (predictor.root_mean_square / with.root_mean_square - 1);
    return number_in_groups(std::abs(percent), 1) + (percent < 0 ? " % below" : " % above");
}

LineChart figure(Rows const& rows, Options const& options, std::vector<Predictor const*> const& drawn,
                 std::string const& title) {
    // Rows in their order along a column; or, of any order, predictions over what is right.
    bool const is_along = !rows.along.empty();
    std::vector<double> const& x = is_along ? rows.along : rows.right;
    LineChart chart{.title = title,
                    .note = is_along ? "The rows that were held out."
                                     : "A dot is a row that was held out. Dots on the line are right.",
                    .x = {.label = is_along ? options.along : options.target, .grouped = !is_along},
                    .y = {.label = is_along ? options.target : options.target + ", predicted"}};
    if (is_along) {
        chart.series.push_back({.name = "right", .x = x, .y = rows.right});
    } else {
        auto const [least, greatest] = std::minmax_element(x.begin(), x.end());
        chart.series.push_back({.name = "right", .x = {*least, *greatest}, .y = {*least, *greatest}, .dashed = true});
    }
    std::size_t const every = is_along ? 1 : 1 + x.size() / 1000;  // so many dots can be seen
    for (Predictor const* const predictor : drawn) {
        Series series{.name = predictor->name, .dashed = is_along && predictor == drawn.back(), .dots = !is_along};
        for (std::size_t i = 0; i < x.size(); i += every) {
            series.x.push_back(x[i]);
            series.y.push_back(predictor->predictions[i]);
        }
        chart.series.push_back(series);
    }
    if (every > 1) {
        chart.note += " Of " + std::to_string(every) + " rows one is drawn.";
    }
    return chart;
}

/// The table's file. A name alone is one of the tables that come with statsmodels.
std::filesystem::path file_of(std::string const& given) {
    if (given.find_first_of("./") != std::string::npos) {
        return given;
    }
    std::filesystem::path file = "/usr/lib/python3/dist-packages/statsmodels/datasets/" + given + "/" + given + ".csv";
    if (!std::filesystem::exists(file)) {
        throw std::runtime_error("there is no table '" + given + "': those with a name alone come with the package " +
                                 "python3-statsmodels of Debian and Ubuntu; others are given by the path of a file");
    }
    return file;
}

void regress(Options options) {
    if (options.file.empty()) {
        if (!options.target.empty() || !options.inputs.empty() || !options.along.empty()) {
            throw UsageError(
                "--target, --inputs and --along are of a table of yours, and its FILE is missing; without one it "
                "is sunspots, with --past and --held-out");
        }
        options.file = EXAMPLE_DATA "/sunspots.csv";
        options.target = "SUNACTIVITY";
        options.along = "YEAR";
        options.past = options.past == not_given ? 9 : options.past;
    } else if (options.target.empty()) {
        throw UsageError("--target is missing: the column to predict");
    }
    options.past = std::max(options.past, 0);
    std::filesystem::path const file = file_of(options.file);
    Rows const rows = [&] {
        try {
            return rows_of(table_in_csv(text_of_file(file)), options);
        } catch (TableError const& error) {
            throw std::runtime_error("'" + file.string() + "', " + error.what());
        }
    }();

    double const rate = context_of<1>(rows, 0).largest_stable_learning_rate() / 2;
    Eigen::MatrixXd const X = rows.X.leftCols(rows.training);
    Eigen::VectorXd const y = rows.y.head(rows.training);
    Ridge const by_ridge = ridge(X, y);
    std::vector<Predictor> predictors;
    std::vector<double> const means(rows.right.size(), rows.of_target.mean);
    predictors.push_back(predictor("mean of the training rows", means, rows));
    if (!rows.value_before.empty()) {
        predictors.push_back(predictor("value of the row before", rows.value_before, rows));
    }
    std::size_t const first_steps = predictors.size();
    predictors.push_back(by_steps<1>(rows, rate));
    predictors.push_back(by_steps<4>(rows, rate));
    predictors.push_back(by_steps<16>(rows, rate));
    predictors.push_back(by_steps<64>(rows, rate));
    predictors.push_back(predictor("ridge", by_ridge.weights, rows));
    predictors.push_back(predictor("least squares", least_squares(X, y), rows));
    Predictor const& one_step = predictors[first_steps];
    Predictor const& most_steps = predictors[first_steps + 3];
    Predictor const& of_ridge = predictors[first_steps + 4];

    std::string const verdict = "The error of " + one_step.name + " is " + compared(one_step, of_ridge) +
                                " that of ridge, that of " + most_steps.name + " " + compared(most_steps, of_ridge);
    std::string const svg = svg_text(figure(rows, options, {&one_step, &most_steps, &of_ridge}, verdict));
    std::vector<Column> columns{{.name = "right", .values = rows.right}};
    if (!rows.along.empty()) {
        columns.insert(columns.begin(), {.name = options.along, .values = rows.along});
    }
    nlohmann::ordered_json record = record_of_build("09_a_real_table");
    record["parameters"] = {
        {"file", file.string()}, {"target", options.target}, {"inputs", rows.inputs}, {"held_out", options.held_out}};
    record["rows"] = {{"training", rows.training}, {"held_out", rows.held_out()}};
    record["learning_rate"] = rate;
    record["penalty"] = by_ridge.penalty;
    for (Predictor const& predictor : predictors) {
        columns.push_back({.name = predictor.name, .values = predictor.predictions});
        record["errors"][predictor.name] = {{"root_mean_square", predictor.root_mean_square},
                                            {"mean_absolute", predictor.mean_absolute}};
    }
    std::string const json = json_text(record);
    std::string const csv = csv_text(columns);

    // Everything was computed. From here on files are written, each whole or not at all.
    OutputDirectory const directory(options.out, "09_a_real_table");
    directory.write("predictions.svg", svg);
    directory.write("predictions.csv", csv);
    directory.write("run.json", json);
    if (options.quiet) {
        return;
    }

    std::printf("%s of %s, from %zu inputs: %td rows for training, the last %td held out\n", options.target.c_str(),
                file.filename().c_str(), rows.inputs.size(), rows.training, rows.held_out());
    std::printf("gradient descent at the rate %.3f, half of the largest stable one; ridge with the penalty %.2f\n\n",
                rate, by_ridge.penalty);
    std::printf("errors on the held-out rows   root mean square   mean absolute\n");
    for (Predictor const& predictor : predictors) {
        std::printf("%-29s %16.5g %15.5g\n", predictor.name.c_str(), predictor.root_mean_square,
                    predictor.mean_absolute);
    }
    std::printf("\n%s\n", verdict.c_str());
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return run_program(
        argc, argv, "Regression in context on a table, beside least squares and ridge.",
        [&](CLI::App& app) {
            auto const text = [&](char const* name, std::string& value, char const* help, char const* kind) {
                reproduce::add_text(app, name, [&value](std::string const& given) { value = given; }, help,
                                    {.value = kind, .by_default = value});
            };
            text("file", options.file,
                 "a table as comma-separated values, or the name of one in statsmodels; without it, sunspots", "FILE");
            text("--target", options.target, "the column to predict", "NAME");
            text("--inputs", options.inputs, "columns to predict it from; by default all others", "NAME,NAME,...");
            text("--along", options.along, "a column to draw along, which is no input by default", "NAME");
            reproduce::add_whole_number(app, "--past", options.past, {0, most_inputs},
                                        "the target in so many rows before is an input, too");
            reproduce::set_default_text(app, "--past", "0; 9 of sunspots");
            reproduce::add_whole_number(app, "--held-out", options.held_out, {1, 99},
                                        "percent of the rows that are held out, the last ones");
            text("--out", options.out, "directory of the results, created where absent", "DIRECTORY");
            reproduce::add_flag(app, "--quiet", options.quiet, "no summary; errors stay");
        },
        [&] { regress(options); });
}
