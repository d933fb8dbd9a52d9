// SPDX-License-Identifier: MIT
// The control of sine.cpp: its attention is a step of gradient descent, embedding and MLP learn.
#include <cmath>

#include "incontext/construction/proposition_1.hpp"
#include "sine/model.hpp"

namespace reproduce {
namespace {

using namespace incontext;

/// Fills a matrix with normal numbers of a deviation, as a function of the seed and the number of the matrix.
template <AnyMatrix Weights>
void set_normal(Weights& weights, std::uint32_t seed, std::uint32_t member, double deviation) {
    constexpr int count = rows_of<Weights> * cols_of<Weights>;
    auto const key = folded_in(folded_in(key_of_seed<1>(seed), initialisation_stream), member);
    for_each_random_word<count>(key, [&](int index, Lanes<std::uint32_t, 1> const& word) {
        weights(index / cols_of<Weights>, index % cols_of<Weights>) = static_cast<float>(deviation) * normal(word)[0];
    });
}

struct ControlSetting {
    SineWaves tasks;

    /// Source: the reference's code, whose second matrix has the deviation that fits a token and not a hidden layer.
    void begin(ControlNetwork& network, std::uint32_t seed) const {
        constexpr double scale = .002;
        constexpr std::uint32_t after_those_of_the_network = 100;  // other numbers than the trained network begins with
        auto& mlp = network.layer_at<1>().layer.map;
        set_zero(network);
        set_normal(network.layer_at<0>().map.weights, seed, after_those_of_the_network, std::sqrt(scale / 2));
        set_normal(mlp.first, seed, after_those_of_the_network + 1, std::sqrt(scale / 2));
        set_normal(mlp.second, seed, after_those_of_the_network + 2, std::sqrt(scale / features));
        network.layer_at<2>() = frozen(as_attention(step_from_zero<of_features>(control_learning_rate)));
    }
    [[nodiscard]] static TrainingOptions training(int batch, std::uint32_t seed) {
        return {.batch = batch,
                .seed = seed,
                .largest_gradient_norm = 100,
                .adam = {.learning_rate = 3e-4f, .second_moment_decay = .999f}};
    }
};

}  // namespace

std::vector<ControlRun> trained_control(CommonOptions const& options, SineWaves const& tasks,
                                        WaveEvaluation const& evaluation, Checkpoint& checkpoint, Workers& workers) {
    auto const measure = [&](long step, ControlNetwork const& network) {
        return ControlMeasured{.step = static_cast<double>(step), .loss_control = evaluation.loss(network)};
    };
    return train_runs_in<ControlNetwork, ControlMeasured, waves>(ControlSetting{tasks}, options, measure, workers,
                                                                 &checkpoint, "control");
}

double seconds_to_train_control(CommonOptions const& options, SineWaves const& tasks, Checkpoint const& checkpoint,
                                Workers& workers) {
    return seconds_to_train_in<ControlNetwork, waves>(ControlSetting{tasks}, options, workers, checkpoint);
}

}  // namespace reproduce
