// SPDX-License-Identifier: MIT
#include "common/curves.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "common/paper_setting.hpp"

namespace reproduce {

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
