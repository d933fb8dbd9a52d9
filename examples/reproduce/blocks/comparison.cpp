// SPDX-License-Identifier: MIT
// 12 blocks beside gradient descent and GD++.
#include "blocks/model.hpp"
#include "deep_models/rules.hpp"
#include "incontext/experiment/alignment.hpp"

namespace reproduce {

BlocksMeasured measured_beside(long step, BlocksNetwork const& network, Rules const& rules,
                               Evaluation<sizes> const& evaluation) {
    Alignment const gd =
        alignment(evaluation, network, gradient_descent_as_layers<block_count>(rules.gd.learning_rate));
    Alignment const gdpp = alignment(evaluation, network, plus_plus_as_layers<block_count>(rules.gdpp));
    return {.step = static_cast<double>(step),
            .loss_trained = evaluation.loss(network),
            .cosine_gd = gd.cosine,
            .cosine_gdpp = gdpp.cosine,
            .sensitivity_difference_gdpp = gdpp.sensitivity_difference,
            .prediction_difference_gdpp = gdpp.prediction_difference};
}

}  // namespace reproduce
