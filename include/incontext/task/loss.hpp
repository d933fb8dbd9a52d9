// SPDX-License-Identifier: MIT
/// @file
/// What predictions are measured by: half the mean squared error of the query's prediction.
///
///     loss = 1/2 mean over tasks of |prediction - target|^2
///
/// The training loss as the paper prints it has no 1/2; its code has, and all its numbers fit that.
#pragma once

#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/token/dimensions.hpp"

namespace incontext {

struct a_prediction_of_a_task;
struct the_target_of_a_task;

/// 1/2 |prediction - target|^2 of one task (per lane), summed over outputs and query tokens.
///
/// Shapes: both [output x query], of any number of query tokens. Exactness: that of Number. Errors: other shapes or numbers do
/// not compile. Test: tests/static/backpropagation.cpp.
template <Dimensions Sizes, class Number, class Prediction, class Target>
[[nodiscard]] constexpr Number task_loss(Prediction const& prediction, Target const& target) {
    constexpr int query = cols_of<Prediction>;
    require_place<a_prediction_of_a_task, Number, Sizes.output, query, Prediction>();
    require_place<the_target_of_a_task, Number, Sizes.output, query, Target>();
    Matrix<Number, Sizes.output, query> const error = prediction - target;
    return Number(1) / Number(2) * inner_product(error, error);
}

}  // namespace incontext
