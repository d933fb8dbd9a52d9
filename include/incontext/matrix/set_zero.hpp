// SPDX-License-Identifier: MIT
/// @file
/// All parameters of a layer set to zero: where sums of gradients begin.
#pragma once

#include <type_traits>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// Sets every parameter of a layer to zero, matrices and numbers of every family. Exact. Errors: constant ones do not compile.
/// Test: tests/unit/parameters.cpp.
template <class Parameters>
constexpr void set_zero(Parameters& parameters) {
    require_changeable<Parameters>();
    for_each_parameter(
        [](char const*, auto& parameter) {
            using Leaf = std::remove_cvref_t<decltype(parameter)>;
            if constexpr (requires {  // Eigen's, in place
                              parameter.data();
                              parameter.setConstant(NumberOf<Leaf>(0));
                          }) {
                parameter.setConstant(NumberOf<Leaf>(0));
            } else if constexpr (AnyMatrix<Leaf>) {
                parameter = zero<NumberOf<Leaf>, rows_of<Leaf>, cols_of<Leaf>>();
            } else {
                parameter = Leaf(0);
            }
        },
        parameters);
}

}  // namespace incontext
