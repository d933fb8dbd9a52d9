// SPDX-License-Identifier: MIT
#include "common/weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace reproduce {

double percent_beside_diagonal(Rows const& rows) {
    double on = 0;
    double beside = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t col = 0; col < rows[row].size(); ++col) {
            double& largest = row == col ? on : beside;
            largest = std::max(largest, std::abs(rows[row][col]));
        }
    }
    return on == 0 ? std::numeric_limits<double>::infinity() : 100 * beside / on;
}

void add_weights(nlohmann::ordered_json& json, std::uint32_t seed, Weights const& weights) {
    auto& of_seed = json["seed " + std::to_string(seed)];
    for (auto const& [name, rows] : weights) {
        of_seed[name].push_back(rows);
    }
    for (auto& [name, matrices] : of_seed.items()) {
        if (matrices.size() == 1) {
            matrices = nlohmann::ordered_json(matrices.front());
        }
    }
}

}  // namespace reproduce
