// SPDX-License-Identifier: MIT
/// @file
/// The two networks of sine.cpp, and what is measured of them. Each is compiled in an object of its own.
///
///     (x; y) in R^2  ->  e = W_e (x; y) in R^40  ->  e + MLP(e)  ->  one layer of linear self-attention
///
///     trained     all weights
///     control     embedding and MLP; its attention is a step of gradient descent on the 39 features above the target (Prop. 1)
///
/// The prediction is minus the last entry of the query token.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <cstdint>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/training_runs.hpp"
#include "incontext/stack/normalised.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/task/sine_waves.hpp"
#include "incontext/token_wise/mlp.hpp"
#include "incontext/token_wise/token_wise.hpp"

namespace reproduce {

inline constexpr incontext::Dimensions waves{.input = 1, .output = 1, .context = 10};
inline constexpr int features = 40;
inline constexpr incontext::Dimensions of_features{.input = features - 1, .output = 1, .context = waves.context};

using Embedding = incontext::TokenWise<incontext::Linear<float, 2, features>>;
using Features =
    incontext::Residual<incontext::TokenWise<incontext::MLPWithBiases<float, features, 4 * features, features>>>;
using FeatureAttention = LayerOf<of_features>;

using TrainedNetwork = incontext::LayerStack<Embedding, Features, FeatureAttention>;
using ControlNetwork = incontext::LayerStack<Embedding, Features, incontext::Frozen<FeatureAttention>>;

/// The step of the control: eta / N = .01.
inline constexpr double control_learning_rate = .1;

struct TrainedMeasured {
    BOOST_HANA_DEFINE_STRUCT(TrainedMeasured,
        (double, step),
        (double, loss_trained),
        (double, partial_cosine),
        (double, sensitivity_difference),
        (double, prediction_difference));
};
struct ControlMeasured {
    BOOST_HANA_DEFINE_STRUCT(ControlMeasured,
        (double, step),
        (double, loss_control));
};

using TrainedRun = Run<TrainedNetwork, TrainedMeasured>;
using ControlRun = Run<ControlNetwork, ControlMeasured>;
using WaveEvaluation = incontext::Evaluation<waves>;

/// The control: Adam with b2 = .999 at 3e-4, plain normal initial weights, gradients clipped at 100.
[[nodiscard]] std::vector<ControlRun> trained_control(CommonOptions const& options, incontext::SineWaves const& tasks,
                                                      WaveEvaluation const& evaluation, Checkpoint& checkpoint,
                                                      incontext::Workers& workers);
[[nodiscard]] double seconds_to_train_control(CommonOptions const& options, incontext::SineWaves const& tasks,
                                              Checkpoint const& checkpoint, incontext::Workers& workers);

/// The network of which all weights learn, measured beside the finished control of the same seed.
[[nodiscard]] std::vector<TrainedRun> trained_network(CommonOptions const& options, incontext::SineWaves const& tasks,
                                                      std::vector<ControlRun> const& controls,
                                                      WaveEvaluation const& evaluation, Checkpoint& checkpoint,
                                                      incontext::Workers& workers);
[[nodiscard]] double seconds_to_train_network(CommonOptions const& options, incontext::SineWaves const& tasks,
                                              Checkpoint const& checkpoint, incontext::Workers& workers);

/// What a network predicts at some inputs: from its features alone, and after attention.
struct Predicted {
    std::vector<double> before{};
    std::vector<double> after{};
};

/// 100 queries of one task, in the order of their inputs, and what both networks predict.
struct OneTask {
    std::vector<double> context_x{};
    std::vector<double> context_y{};
    std::vector<double> x{};
    std::vector<double> truth{};
    Predicted trained{};
    Predicted control{};
};
[[nodiscard]] OneTask one_task(incontext::SineWaves const& tasks, TrainedNetwork const& trained,
                               ControlNetwork const& control);

}  // namespace reproduce
