// SPDX-License-Identifier: MIT
#include "common/weights.hpp"

#include <nlohmann/json.hpp>

namespace reproduce {

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
