// SPDX-License-Identifier: MIT
#include "common/curves.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "common/paper_setting.hpp"

namespace reproduce {

bool can_be_measured(std::string_view name, double value, bool losses_are_finite) {
    constexpr double greatest = std::numeric_limits<float>::max();
    auto const is = [name](char const* of) { return name.find(of) != std::string_view::npos; };
    bool const is_loss = name.starts_with("loss");
    if (std::isnan(value)) {
        return !is_loss || !losses_are_finite || name == "loss_interpolated";
    }
    if (is_loss || is("difference")) {
        bool const may_be_infinite = !losses_are_finite || name == "loss_interpolated";
        return value >= 0 && (value <= greatest || (may_be_infinite && std::isinf(value)));
    }
    constexpr double rounding = 1e-5;
    return !is("cosine") || std::abs(value) <= 1 + rounding;
}

nlohmann::ordered_json setting_json(int layers, int batch) {
    incontext::TrainingOptions const options = training_options(layers, batch, 0);
    incontext::InitialisationOptions const initialisation{.layers = layers};
    incontext::LinearRegression const tasks;
    incontext::ScanRange const scan;
    return {{"input", sizes.input},
            {"output", sizes.output},
            {"context", sizes.context},
            {"layers", layers},
            {"input_range", tasks.input_range},
            {"target_scale", tasks.target_scale},
            {"initial_scale", initialisation.scale},
            {"adam",
             {{"learning_rate", options.adam.learning_rate},
              {"first_moment_decay", options.adam.first_moment_decay},
              {"second_moment_decay", options.adam.second_moment_decay},
              {"epsilon", options.adam.epsilon},
              {"weight_decay", options.adam.weight_decay}}},
            {"largest_gradient_norm", options.largest_gradient_norm},
            {"scan", {{"first", scan.first}, {"spacing", scan.spacing}, {"end", scan.end}}},
            {"evaluation",
             {{"seed", incontext::Evaluation<sizes>::reference_seed},
              {"tasks", incontext::Evaluation<sizes>::reference_count}}}};
}

void add_statistics(nlohmann::ordered_json& record, std::string const& name, std::vector<double> const& values) {
    if (!std::isfinite(mean(values))) {
        return;
    }
    record[name] = mean(values);
    if (values.size() > 1) {
        record["standard_deviations"][name] = standard_deviation(values);
        record["runs"][name] = values;
    }
}

double statistic_in(nlohmann::ordered_json const& record, std::string const& name) {
    auto const found = record.find(name);
    return found == record.end() ? std::numeric_limits<double>::quiet_NaN() : found->get<double>();
}

std::string percent_text(double loss, double baseline) {
    double const percent = percent_above(loss, baseline);
    double const size = std::abs(percent);
    if (size < 0.01) {
        return "as large as";
    }
    bool const is_nearly_all = percent < 0 && size > 99;
    int decimals = size < 0.995 || (is_nearly_all && size > 99.9) ? 2 : size < 9.95 || is_nearly_all ? 1 : 0;
    std::string text = fixed_text(size, decimals);
    // 100 % below would be a loss of 0.
    while (is_nearly_all && size < 100 && decimals < 12 && text.starts_with("100")) {
        text = fixed_text(size, ++decimals);
    }
    return text + (percent > 0 ? " % above" : " % below");
}

std::string grouped_text(double count) {
    return number_in_groups(std::round(count), 0);
}

std::string fixed_text(double value, int decimals) {
    char text[400];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    bool const is_zero = std::string_view(text).find_first_not_of("-0.") == std::string_view::npos;
    return is_zero && text[0] == '-' ? text + 1 : text;
}

std::string seeds_text(std::size_t seeds) {
    return std::to_string(seeds) + (seeds == 1 ? " seed" : " seeds");
}

Axis cosine_axis(std::string const& label, std::vector<double> const& last, std::vector<Series> const& drawn) {
    double least = 1;
    for (double const cosine : last) {
        least = std::isfinite(cosine) ? std::min(least, cosine) : least;
    }
    // The curves end in the upper half of the axis, or it begins at zero.
    double const from = std::max(0.0, std::floor(10 * (2 * least - 1)) / 10);
    double first = std::min(from, 0.9);
    if (first <= 0) {
        for (Series const& series : drawn) {
            for (double const cosine : series.y) {
                least = std::isfinite(cosine) && !series.below ? std::min(least, cosine) : least;
            }
        }
        first = std::clamp(std::floor(10 * least) / 10, -1.0, 0.0);
    }
    return {
        .label = label + (first > 0 ? " (axis from " + fixed_text(first, 1) + ")" : ""), .least = first, .greatest = 1};
}

std::vector<Part> token_parts() {
    return {{"x", static_cast<std::size_t>(sizes.input)}, {"y", static_cast<std::size_t>(sizes.output)}};
}

void curves::append_table(std::vector<Column>& table, std::vector<Key> const& keys, std::vector<Column> const& rows) {
    std::vector<Column> columns;
    for (auto const& [name, value] : keys) {
        columns.push_back({name, std::vector<double>(rows.front().values.size(), value)});
    }
    columns.insert(columns.end(), rows.begin(), rows.end());
    table.resize(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        table[i].name = columns[i].name;
        table[i].values.insert(table[i].values.end(), columns[i].values.begin(), columns[i].values.end());
    }
}

}  // namespace reproduce
