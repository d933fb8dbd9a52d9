// SPDX-License-Identifier: MIT
/// @file
/// What the steps of gradient descent are compared with, by Eigen's decompositions. X [inputs x rows], y [rows].
#pragma once

#include <Eigen/Core>

/// Of all weights [inputs] that minimise the squared error, those of smallest norm.
[[nodiscard]] Eigen::VectorXd least_squares(Eigen::MatrixXd const& X, Eigen::VectorXd const& y);

struct Ridge {
    double penalty = 0;
    Eigen::VectorXd weights{};
};

/// (X X^T + penalty I)^-1 X y, with the penalty whose leave-one-out error on these rows is least: that of row i is
/// (y_i - w x_i) / (1 - x_i^T (X X^T + penalty I)^-1 x_i).
[[nodiscard]] Ridge ridge(Eigen::MatrixXd const& X, Eigen::VectorXd const& y);
