// SPDX-License-Identifier: MIT
/// @file
/// What predictions are measured by: half the mean squared error of the query's prediction.
///
///     loss = 1/2 mean over tasks of |prediction - target|^2
///
/// The training loss as the paper prints it has no 1/2; its code has, and all its numbers fit that.
#pragma once

#include "incontext/matrix/matrix.hpp"
#include "incontext/token/dimensions.hpp"

namespace incontext {

/// 1/2 |prediction - target|^2 of one task (per lane), summed over outputs and query tokens.
///
/// Exactness: that of Number. Test: tests/static/backpropagation.cpp.
template <Dimensions Sizes, class Number>
[[nodiscard]] constexpr Number task_loss(Matrix<Number, Sizes.output, Sizes.query> const& prediction,
                                         Matrix<Number, Sizes.output, Sizes.query> const& target) {
    Matrix<Number, Sizes.output, Sizes.query> const error = prediction - target;
    return Number(1) / Number(2) * inner_product(error, error);
}

}  // namespace incontext
