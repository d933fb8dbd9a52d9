// SPDX-License-Identifier: MIT
/// @file
/// Tasks unlike those of training, and the losses on them.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"

namespace reproduce {

/// The loss of a predictor on some tasks.
using Loss = std::function<double(incontext::Evaluation<sizes> const&)>;

/// One way to be unlike them, by a number.
struct Shift {
    std::string name{};   // in files
    std::string title{};  // of figures
    std::string label{};  // of the number
    std::vector<double> values{};
    std::function<incontext::Evaluation<sizes>(double)> tasks{};
    bool has_ridge = false;  // where no rule is right, regression with a penalty is shown beside
};

/// first / parts, (first + step) / parts, ... last / parts: each the nearest double, whatever the compiler fuses.
[[nodiscard]] std::vector<double> fractions(int first, int step, int last, double parts);

/// Inputs uniform in (-value/2, value/2), and targets value times as large.
[[nodiscard]] Shift larger_inputs(incontext::Workers& workers, std::vector<double> const& values);
[[nodiscard]] Shift larger_targets(incontext::Workers& workers, std::vector<double> const& values);

/// All that `inputs` shows.
[[nodiscard]] std::vector<Shift> all_shifts(incontext::Workers& workers);

/// A rule, or a model that was trained with several seeds.
struct Predictor {
    std::string name{};    // in figures
    std::string column{};  // in files: "loss_trained"
    std::vector<Loss> of_seeds{};
};

/// What each predictor loses, at every value of a shift: the mean over its seeds and their standard deviation.
struct PredictorLosses {
    std::vector<double> loss{};
    std::vector<double> deviation{};
};
[[nodiscard]] std::vector<PredictorLosses> losses_under(Shift const& shift, std::vector<Predictor> const& predictors);

/// The least and the greatest of the ratios that are numbers, for titles: "0.98 to 1.02"; one where the digits are equal.
[[nodiscard]] std::string range_text(std::vector<double> const& ratios);

/// What a figure of ratios to the loss of a rule says: "2 looped layers on larger and smaller inputs: 0.93 to 1.01 times the loss
/// of 2 steps of GD++".
[[nodiscard]] std::string shift_title(std::string const& model, Shift const& shift, std::vector<double> const& ratios,
                                      std::string const& rule);

/// An axis for ratios to the loss of a rule: logarithmic where they are of several orders.
[[nodiscard]] Axis ratio_axis(std::string const& rule, std::vector<Series> const& ratios);

/// The same as a table, as part of run.json, and as a figure of ratios to the first predictor, the rule, whose title is that of
/// the last one, the model.
[[nodiscard]] std::string shift_csv(Shift const& shift, std::vector<Predictor> const& predictors,
                                    std::vector<PredictorLosses> const& losses);
[[nodiscard]] nlohmann::ordered_json shift_json(Shift const& shift, std::vector<Predictor> const& predictors,
                                                std::vector<PredictorLosses> const& losses);
[[nodiscard]] LineChart shift_chart(std::string const& model, Shift const& shift,
                                    std::vector<Predictor> const& predictors,
                                    std::vector<PredictorLosses> const& losses);

}  // namespace reproduce
