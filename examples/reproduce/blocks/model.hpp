// SPDX-License-Identifier: MIT
/// @file
/// The network of blocks.cpp, and what is measured of it. Training, rules and comparison are compiled in objects of their own.
///
///     12 untied blocks:     linear attention, 4 heads with keys of 11 entries -> + residual -> clip at +-10
///                           MLP 11 -> 44 -> 11, GELU, no biases               -> + residual -> clip at +-10
#pragma once

#include <boost/hana/define_struct.hpp>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/training_runs.hpp"
#include "deep_models/model.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/token_wise/mlp.hpp"
#include "incontext/token_wise/token_wise.hpp"

namespace reproduce {

inline constexpr int block_count = 12;
inline constexpr int block_heads = 4;

using BlockAttention = incontext::Clipped<incontext::MultiHeadAttention<Layer, Layer, Layer, Layer>, 10>;
using BlockMLP = incontext::Clipped<incontext::Residual<incontext::TokenWise<incontext::MLP<float, 11, 44, 11>>>, 10>;
using TransformerBlock = incontext::LayerStack<BlockAttention, BlockMLP>;
using BlocksNetwork = incontext::UntiedStack<TransformerBlock, block_count>;

/// 12 steps of gradient descent with one rate, and of GD++: with one pair of rates, and with a pair for each step. As
/// fitted_rules (deep_models/rules.hpp); fitted in short in a tenth of the steps and on a coarser scan.
[[nodiscard]] Rules rules_beside_blocks(incontext::Evaluation<sizes> const& evaluation, bool in_short, bool quiet,
                                        incontext::Workers& workers);

struct BlocksMeasured {
    BOOST_HANA_DEFINE_STRUCT(BlocksMeasured,
        (double, step),
        (double, loss_trained),
        (double, cosine_gd),
        (double, cosine_gdpp),
        (double, sensitivity_difference_gdpp),
        (double, prediction_difference_gdpp));
};
using BlocksRun = Run<BlocksNetwork, BlocksMeasured>;

[[nodiscard]] BlocksMeasured measured_beside(long step, BlocksNetwork const& network, Rules const& rules,
                                             incontext::Evaluation<sizes> const& evaluation);

[[nodiscard]] std::vector<BlocksRun> trained_blocks(CommonOptions const& options, Rules const& rules,
                                                    incontext::Evaluation<sizes> const& evaluation,
                                                    Checkpoint& checkpoint, incontext::Workers& workers);
[[nodiscard]] double seconds_to_train_blocks(CommonOptions const& options, Checkpoint const& checkpoint,
                                             incontext::Workers& workers);

}  // namespace reproduce
