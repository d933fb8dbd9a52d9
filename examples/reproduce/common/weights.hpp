// SPDX-License-Identifier: MIT
/// @file
/// The weights of a layer as JSON and as rows for a heat map, by the names under which the layer declares them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "incontext/matrix/eigen.hpp"
#include "incontext/support/parameters.hpp"

namespace reproduce {

/// The rows of a matrix.
template <incontext::AnyMatrix Matrix>
[[nodiscard]] std::vector<std::vector<double>> rows_of_matrix(Matrix const& matrix) {
    std::vector<std::vector<double>> rows(static_cast<std::size_t>(matrix.rows()));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (Eigen::Index col = 0; col < matrix.cols(); ++col) {
            rows[row].push_back(static_cast<double>(matrix(static_cast<Eigen::Index>(row), col)));
        }
    }
    return rows;
}

/// {"query": [[...]], "key": ...}: every parameter by its name, row by row. Several heads become a list.
template <class Parameters>
[[nodiscard]] nlohmann::ordered_json weights_json(Parameters const& parameters) {
    nlohmann::ordered_json json;
    incontext::for_each_parameter(
        [&](char const* name, auto const& matrix) { json[name].push_back(rows_of_matrix(matrix)); }, parameters);
    for (auto& [name, matrices] : json.items()) {
        if (matrices.size() == 1) {
            matrices = nlohmann::ordered_json(matrices.front());
        }
    }
    return json;
}

}  // namespace reproduce
