// SPDX-License-Identifier: MIT
/// @file
/// What inspect.cpp asks of the sizes that it was compiled for.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "incontext/experiment/alignment.hpp"
#include "incontext/experiment/exact_optimum.hpp"
#include "incontext/support/workers.hpp"
#include "incontext/token/dimensions.hpp"

namespace inspect {

/// All of a head that counts: F = P W_V (C C^T) W_K^T W_Q. Both [token_dim x token_dim].
struct Head {
    Eigen::MatrixXd key_query;     // W_K^T W_Q
    Eigen::MatrixXd output_value;  // P W_V
};

/// The heads of one layer, whose F is the sum of theirs.
using Layer = std::vector<Head>;

/// The step of gradient descent and of GD++ that is nearest to a layer, as a map from the gram matrix G to F.
struct Fit {
    double learning_rate = 0;
    double gamma = 0;
    Eigen::MatrixXd initial_weights{};   // W0 [output x input]
    double distance_from_gd = 0;         // |map of the layer - that of the step with W0 and eta| / |map of the layer|
    double distance_from_plus_plus = 0;  // the same with gamma
    /// Of a single head, scaled so that the mean diagonal of W_K^T W_Q over the inputs is 1: how far W_K^T W_Q and P W_V are
    /// from those of the fitted step, relative to these; all of their entries. Empty where there is no such scale.
    std::vector<double> distance_of_products{};
};

/// What the layers and the fitted steps do on 10,000 tasks.
struct OnTasks {
    double loss = 0;
    double loss_of_gd = 0;
    double loss_of_plus_plus = 0;
    double loss_of_zero = 0;  // of predicting 0, whatever the prompt
    incontext::Alignment with_gd{};
    incontext::Alignment with_plus_plus{};
    incontext::OneStepOptimum exact{};  // of one step
};

/// A size that is compiled in; `number` puts them in order.
struct Size {
    int number;
    incontext::Dimensions dimensions;
    OnTasks (*measured)(std::vector<Layer> const& layers, std::vector<Fit> const& fits, incontext::Workers& workers);
};

}  // namespace inspect
