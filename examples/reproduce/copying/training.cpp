// SPDX-License-Identifier: MIT
// The training of the network of copying.cpp.
#include "copying/model.hpp"

namespace reproduce {
namespace {

using namespace incontext;

struct CopyingSetting {
    PlainTokens tasks{};

    static void begin(CopyingNetwork& network, std::uint32_t seed) {
        initialise(network, seed, {.scale = .02f, .layers = 2});
    }
    [[nodiscard]] static TrainingOptions training(int batch, std::uint32_t seed) {
        return {.batch = batch, .seed = seed, .largest_gradient_norm = 10};
    }
};

}  // namespace

std::vector<CopyingRun> trained_copying(CommonOptions const& options, PlainEvaluation const& evaluation,
                                        Checkpoint& checkpoint, Workers& workers) {
    auto const measure = [&](long step, CopyingNetwork const& network) {
        Sensitivities const of_first_layer = sensitivities(network, evaluation);
        return CopyingMeasured{.step = static_cast<double>(step),
                               .loss_trained = evaluation.loss(network),
                               .sensitivity_own = of_first_layer.own,
                               .sensitivity_next = of_first_layer.next,
                               .sensitivity_other = of_first_layer.other};
    };
    return train_runs_in<CopyingNetwork, CopyingMeasured, plain>(CopyingSetting{}, options, measure, workers,
                                                                 &checkpoint);
}

double seconds_to_train_copying(CommonOptions const& options, Checkpoint const& checkpoint, Workers& workers) {
    return seconds_to_train_in<CopyingNetwork, plain>(CopyingSetting{}, options, workers, checkpoint);
}

}  // namespace reproduce
