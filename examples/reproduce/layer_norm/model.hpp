// SPDX-License-Identifier: MIT
/// @file
/// Linear self-attention behind a LayerNorm, in the paper's setting. Each model is compiled in an object of its own
/// (model.cpp).
///
///     1 layer      t <- t + attention(LayerNorm(t))
///     2 layers     t <- t + attention(t), then t <- t + attention(LayerNorm(t)), with weights of their own
#pragma once

#include <boost/hana/define_struct.hpp>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/curves.hpp"
#include "common/linked.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/shifts.hpp"
#include "incontext/experiment/learning_rate_scan.hpp"

namespace reproduce {

/// What is measured of the model after some steps of training.
struct LayerNormMeasured {
    BOOST_HANA_DEFINE_STRUCT(LayerNormMeasured,
        (double, step),
        (double, loss_trained),
        (double, cosine),
        (double, sensitivity_difference),
        (double, prediction_difference),
        (double, cosine_gdpp));
};

/// A model that was trained.
struct LayerNormRun : Curve<LayerNormMeasured> {
    Loss loss{};
};

/// What a model is compared with.
struct LayerNormRules {
    incontext::BestLearningRate gd{};
    incontext::StepRates gdpp{};
};

struct LayerNormModel {
    int number;  // of layers

    /// As many steps of gradient descent: the best rate on the evaluation tasks. And of GD++, with rates that are fitted to other
    /// tasks and shared by all steps; of one step it is gradient descent.
    LayerNormRules (*fitted_rules)(incontext::Evaluation<sizes> const& evaluation);
    Loss (*gradient_descent)(LayerNormRules const& rules);
    Loss (*plus_plus)(LayerNormRules const& rules);

    std::vector<LayerNormRun> (*trained)(LayerNormRules const& rules, CommonOptions const& options,
                                         incontext::Evaluation<sizes> const& evaluation, Checkpoint& checkpoint,
                                         incontext::Workers& workers);
    double (*seconds_to_train)(CommonOptions const& options, Checkpoint const& checkpoint, incontext::Workers& workers);
};

}  // namespace reproduce
