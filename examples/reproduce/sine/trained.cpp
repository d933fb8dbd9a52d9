// SPDX-License-Identifier: MIT
// The network of sine.cpp of which all weights learn, and both networks beside each other.
#include <algorithm>
#include <numeric>
#include <utility>

#include "incontext/experiment/alignment.hpp"
#include "sine/model.hpp"

namespace reproduce {
namespace {

using namespace incontext;

struct TrainedSetting {
    SineWaves tasks;

    static void begin(TrainedNetwork& network, std::uint32_t seed) { initialise(network, seed, {.scale = .002f}); }
    [[nodiscard]] static TrainingOptions training(int batch, std::uint32_t seed) {
        return {.batch = batch, .seed = seed, .largest_gradient_norm = 100};
    }
};

constexpr int lanes = WaveEvaluation::lanes;
using Number = WaveEvaluation::Number;

/// The predictions of a network for the queries of a task, 16 at a time.
template <class Network, class ATask>
Predicted predicted(Network const& network, ATask const& task, std::vector<int> const& order) {
    auto const form = fast_form(network);
    Predicted result;
    for (std::size_t first = 0; first < order.size(); first += lanes) {
        Prompt<waves.tokens(), Number> prompt{.context = task.prompt.context, .query = zero<Number, 2, 1>()};
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            int const query = order[std::min(first + lane, order.size() - 1)];
            prompt.query(0, 0).set(static_cast<int>(lane), task.prompt.query(0, query)[0]);
        }
        auto const pass = forward_pass<TargetsOf<Network, waves>>(form, prompt);
        auto const& before = result_of(pass.of_rest.of_layer).query(features - 1, 0);
        auto const& after = result_of(pass)(0, 0);
        for (std::size_t lane = 0; lane < lanes && first + lane < order.size(); ++lane) {
            result.before.push_back(-static_cast<double>(before[static_cast<int>(lane)]));
            result.after.push_back(-static_cast<double>(after[static_cast<int>(lane)]));
        }
    }
    return result;
}

}  // namespace

std::vector<TrainedRun> trained_network(CommonOptions const& options, SineWaves const& tasks,
                                        std::vector<ControlRun> const& controls, WaveEvaluation const& evaluation,
                                        Checkpoint& checkpoint, Workers& workers) {
    auto const measure = [&](long step, TrainedNetwork const& network, std::uint32_t seed) {
        auto const& control = controls[seed - options.seed].model();
        // Of one input, so the cosine of two sensitivities is the product of their signs.
        Alignment const with_control = alignment(evaluation, network, control);
        return TrainedMeasured{.step = static_cast<double>(step),
                               .loss_trained = evaluation.loss(network),
                               .partial_cosine = with_control.cosine,
                               .sensitivity_difference = with_control.sensitivity_difference,
                               .prediction_difference = with_control.prediction_difference};
    };
    return train_runs_in<TrainedNetwork, TrainedMeasured, waves>(TrainedSetting{tasks}, options, measure, workers,
                                                                 &checkpoint, "trained network");
}

double seconds_to_train_network(CommonOptions const& options, SineWaves const& tasks, Checkpoint const& checkpoint,
                                Workers& workers) {
    return seconds_to_train_in<TrainedNetwork, waves>(TrainedSetting{tasks}, options, workers, checkpoint);
}

OneTask one_task(SineWaves const& tasks, TrainedNetwork const& trained, ControlNetwork const& control) {
    constexpr Dimensions many{.input = 1, .output = 1, .context = waves.context, .query = 100};
    auto task = tasks.draw<many>(key_of_seed<lanes>(0));  // the same in every lane
    std::vector<int> order(many.query);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](int a, int b) { return task.prompt.query(0, a)[0] < task.prompt.query(0, b)[0]; });
    OneTask result;
    for (int token = 0; token < many.context; ++token) {
        result.context_x.push_back(static_cast<double>(task.prompt.context(0, token)[0]));
        result.context_y.push_back(static_cast<double>(task.prompt.context(1, token)[0]));
    }
    for (int const query : order) {
        result.x.push_back(static_cast<double>(task.prompt.query(0, query)[0]));
        result.truth.push_back(static_cast<double>(task.target(0, query)[0]));
    }
    result.trained = predicted(trained, task, order);
    result.control = predicted(control, task, order);
    return result;
}

}  // namespace reproduce
