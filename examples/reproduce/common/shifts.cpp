// SPDX-License-Identifier: MIT
#include "common/shifts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "incontext/task/noisy_targets.hpp"
#include "incontext/task/unseen_inputs.hpp"
#include "tools/statistics.hpp"

namespace reproduce {

using namespace incontext;

std::vector<double> fractions(int first, int step, int last, double parts) {
    std::vector<double> values;
    for (int i = first; i <= last; i += step) {
        values.push_back(i / parts);
    }
    return values;
}

Shift larger_inputs(Workers& workers, std::vector<double> const& values) {
    return {.name = "larger_inputs",
            .title = "larger and smaller inputs",
            .label = "inputs uniform in (-α/2, α/2): α (training: 1)",
            .values = values,
            .tasks = [&workers](double range) {
                return Evaluation<sizes>(workers, LinearRegression{.input_range = static_cast<float>(range)});
            }};
}

Shift larger_targets(Workers& workers, std::vector<double> const& values) {
    return {.name = "larger_targets",
            .title = "larger and smaller targets",
            .label = "teachers α w: α (training: 1)",
            .values = values,
            .tasks = [&workers](double scale) {
                return Evaluation<sizes>(workers, LinearRegression{.target_scale = static_cast<float>(scale)});
            }};
}

std::vector<Shift> all_shifts(Workers& workers) {
    return {larger_inputs(workers, fractions(5, 1, 20, 10)),
            larger_targets(workers, fractions(1, 1, 10, 2)),
            {.name = "unseen_inputs",
             .title = "inputs of other distributions",
             .label = "exponential, normal or Laplace, |X| = α (training: about 2.9)",
             .values = fractions(2, 1, 20, 4),
             .tasks =
                 [&](double scale) {
                     return Evaluation<sizes>(workers, UnseenInputs{.scale = static_cast<float>(scale)});
                 }},
            {.name = "noisy_targets",
             .title = "noisy targets",
             .label = "of 10 context tokens, how many have a y ~ N(0, 1)",
             .values = {0, 2, 4, 6, 8},
             .tasks =
                 [&](double count) {
                     return Evaluation<sizes>(workers, NoisyTargets{.noisy_tokens = static_cast<int>(count)});
                 },
             .has_ridge = true}};
}

std::vector<PredictorLosses> losses_under(Shift const& shift, std::vector<Predictor> const& predictors) {
    std::vector<PredictorLosses> result(predictors.size());
    for (double const value : shift.values) {
        Evaluation<sizes> const tasks = shift.tasks(value);
        for (std::size_t i = 0; i < predictors.size(); ++i) {
            std::vector<double> losses;
            for (Loss const& loss : predictors[i].of_seeds) {
                losses.push_back(loss(tasks));
            }
            result[i].loss.push_back(mean(losses));
            result[i].deviation.push_back(losses.size() > 1 ? standard_deviation(losses) : 0);
        }
    }
    return result;
}

std::string shift_csv(Shift const& shift, std::vector<Predictor> const& predictors,
                      std::vector<PredictorLosses> const& losses) {
    std::vector<Column> columns{{"value", shift.values}};
    for (std::size_t i = 0; i < predictors.size(); ++i) {
        columns.push_back({predictors[i].column, losses[i].loss});
        if (predictors[i].of_seeds.size() > 1) {
            columns.push_back({predictors[i].column + "_deviation", losses[i].deviation});
        }
    }
    return csv_text(columns);
}

nlohmann::ordered_json shift_json(Shift const& shift, std::vector<Predictor> const& predictors,
                                  std::vector<PredictorLosses> const& losses) {
    nlohmann::ordered_json json{{"value", shift.values}};
    for (std::size_t i = 0; i < predictors.size(); ++i) {
        // Up to the first that is not finite, which JSON cannot hold; the table holds all.
        auto const& all = losses[i].loss;
        json[predictors[i].column] = std::vector<double>(
            all.begin(), std::find_if_not(all.begin(), all.end(), [](double loss) { return std::isfinite(loss); }));
    }
    return json;
}

std::string range_text(std::vector<double> const& ratios) {
    double least = std::numeric_limits<double>::infinity();
    double greatest = -least;
    for (double const ratio : ratios) {
        least = std::isfinite(ratio) ? std::min(least, ratio) : least;
        greatest = std::isfinite(ratio) ? std::max(greatest, ratio) : greatest;
    }
    if (least > greatest) {
        return "no number of";
    }
    auto const text = [](double ratio) { return number_in_groups(ratio, ratio < 9.95 ? 2 : ratio < 99.5 ? 1 : 0); };
    std::string const from = text(least);
    std::string const to = text(greatest);
    return from == to ? from : from + " to " + to;
}

std::string shift_title(std::string const& model, Shift const& shift, std::vector<double> const& ratios,
                        std::string const& rule) {
    return model + " on " + shift.title + ": " + range_text(ratios) + " times the loss of " + rule;
}

tools::Axis ratio_axis(std::string const& rule, std::vector<Series> const& ratios) {
    double least = 1;
    double greatest = 1;
    for (Series const& ratio : ratios) {
        for (double const y : ratio.y) {
            least = std::min(least, y);
            greatest = std::max(greatest, y);
        }
    }
    return {.label = "loss, that of " + rule + " = 1", .logarithmic = greatest > 4 * least};
}

LineChart shift_chart(std::string const& model, Shift const& shift, std::vector<Predictor> const& predictors,
                      std::vector<PredictorLosses> const& losses) {
    std::string const& rule = predictors.front().name;
    LineChart chart{.note = "10,000 tasks at each point; nothing is trained or fitted anew.",
                    .x = {.label = shift.label},
                    .references = {{.label = rule, .y = 1}}};
    for (std::size_t i = 1; i < predictors.size(); ++i) {
        Series ratio{.name = predictors[i].name, .x = shift.values, .seeds = predictors[i].of_seeds.size()};
        for (std::size_t at = 0; at < shift.values.size(); ++at) {
            ratio.y.push_back(losses[i].loss[at] / losses.front().loss[at]);
            if (ratio.seeds > 1) {
                ratio.deviation.push_back(losses[i].deviation[at] / losses.front().loss[at]);
            }
        }
        chart.series.push_back(ratio);
    }
    chart.title = shift_title(model, shift, chart.series.back().y, rule);
    chart.y = ratio_axis(rule, chart.series);
    return chart;
}

}  // namespace reproduce
