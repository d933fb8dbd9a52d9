// SPDX-License-Identifier: MIT
/// @file
/// The largest of many errors. std::max(largest, NaN) is `largest`, so that a result of NaN alone would pass.
#pragma once

#include <type_traits>

#include "incontext/matrix/eigen.hpp"

namespace test {

/// The larger of the two; NaN if one is, and from then on.
template <class Number>
[[nodiscard]] Number larger_or_nan(Number largest, std::type_identity_t<Number> error) {
    return error <= largest || largest != largest ? largest : error;
}

/// The largest absolute value of a matrix; NaN if one is. Eigen's maxCoeff() says nothing of NaN.
template <class M>
[[nodiscard]] auto largest_entry(M const& matrix) {
    return matrix.cwiseAbs().template maxCoeff<Eigen::PropagateNaN>();
}

}  // namespace test
