// SPDX-License-Identifier: MIT
/// @file
/// The network of copying.cpp, and what is measured of it. Its parts are compiled in objects of their own.
///
///     x_1, (0; y_1), x_2, (0; y_2), ..., x_10, (0; y_10), x_q in R^10, under each the sines and cosines of its place (10 entries)
///     -> a layer of softmax attention -> a layer of linear attention
///
/// The prediction is minus the last entry of the query token, which began as an entry of its position.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/training_runs.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/task/plain_tokens.hpp"
#include "incontext/token_wise/positions.hpp"

namespace reproduce {

inline constexpr incontext::Dimensions plain{.input = 9, .output = 1, .context = 20};
inline constexpr int token_dim = 10;
inline constexpr int position_dim = 10;

using Positions = incontext::WithPositions<float, token_dim, incontext::SinusoidalPositions<position_dim>>;
using AttentionOfPlain =
    incontext::LinearSelfAttention<incontext::TokenShape{token_dim + position_dim, plain.context}, float>;
using CopyingNetwork =
    incontext::LayerStack<Positions, incontext::SoftmaxAttention<AttentionOfPlain>, AttentionOfPlain>;

using PlainEvaluation = incontext::Evaluation<plain>;

/// How much the first layer's output for a token, summed over its 20 entries, changes with the content of the tokens before
/// attention: g_{k,i} = | mean over tasks of d t_k / d e_i |, k = 0..18, i = 0..20.
struct Sensitivities {
    double own = 0;    // mean of g_{k,k}
    double next = 0;   // mean of g_{k,k+1}
    double other = 0;  // mean over k of the sum over i != k, divided by 19
};
[[nodiscard]] Sensitivities sensitivities(CopyingNetwork const& network, PlainEvaluation const& evaluation);

/// The means over the evaluation tasks of what tokens attend to: a row for each of the 21 tokens, a column for each of the 20
/// in context. Weights of the first layer; scores k^T q of the second, which linear attention uses as they are.
struct AttentionMaps {
    Rows first{};
    Rows second{};
};
[[nodiscard]] AttentionMaps attention_maps(CopyingNetwork const& network, PlainEvaluation const& evaluation);

/// The same of Prop. 3: the copying head has each input attend to the token after it; the second layer's scores are x_i^T x_j,
/// whose mean is 10/12 for i = j and else 0.
[[nodiscard]] AttentionMaps attention_maps_of_construction();

struct CopyingMeasured {
    BOOST_HANA_DEFINE_STRUCT(CopyingMeasured,
        (double, step),
        (double, loss_trained),
        (double, sensitivity_own),
        (double, sensitivity_next),
        (double, sensitivity_other));
};
using CopyingRun = Run<CopyingNetwork, CopyingMeasured>;

[[nodiscard]] std::vector<CopyingRun> trained_copying(CommonOptions const& options, PlainEvaluation const& evaluation,
                                                      Checkpoint& checkpoint, incontext::Workers& workers);
[[nodiscard]] double seconds_to_train_copying(CommonOptions const& options, Checkpoint const& checkpoint,
                                              incontext::Workers& workers);

}  // namespace reproduce
