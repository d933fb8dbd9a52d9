// SPDX-License-Identifier: MIT
/// @file
/// The weights of a model as plain numbers, by the names under which its layers declare them: for weights.json and for
/// heat maps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "incontext/matrix/matrix.hpp"
#include "incontext/support/parameters.hpp"

namespace reproduce {

using Rows = std::vector<std::vector<double>>;

/// The rows of a matrix.
template <incontext::AnyMatrix Matrix>
[[nodiscard]] Rows rows_of_matrix(Matrix const& matrix) {
    Rows rows(static_cast<std::size_t>(matrix.rows()));
    for (int row = 0; row < static_cast<int>(matrix.rows()); ++row) {
        for (int col = 0; col < static_cast<int>(matrix.cols()); ++col) {
            rows[static_cast<std::size_t>(row)].push_back(static_cast<double>(matrix(row, col)));
        }
    }
    return rows;
}

/// All matrices of a model, in order.
using Weights = std::vector<std::pair<std::string, Rows>>;

template <class Parameters>
[[nodiscard]] Weights weights_of(Parameters const& parameters) {
    Weights weights;
    incontext::for_each_parameter(
        [&](char const* name, auto const& matrix) { weights.emplace_back(name, rows_of_matrix(matrix)); }, parameters);
    return weights;
}

/// The largest absolute entry beside the diagonal, as a part of the largest on it, in percent; not finite where that is
/// zero.
[[nodiscard]] double percent_beside_diagonal(Rows const& rows);

/// Adds {"seed 0": {"query": [[...], ...], ...}}; where several matrices have one name, as in a stack, a list of them.
void add_weights(nlohmann::ordered_json& json, std::uint32_t seed, Weights const& weights);

/// The same of several runs (curves.hpp).
template <class ARun>
void add_weights(nlohmann::ordered_json& json, std::vector<ARun> const& runs) {
    for (ARun const& run : runs) {
        add_weights(json, run.seed, run.weights);
    }
}

}  // namespace reproduce
