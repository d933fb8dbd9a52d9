// SPDX-License-Identifier: MIT
// One size of the sweep, compiled once for each: SWEEP_INPUT, SWEEP_CONTEXT, SWEEP_LAYERS.
#include <type_traits>

#include "common/linked.hpp"
#include "common/stacks.hpp"
#include "common/training_runs.hpp"
#include "sweep/cell.hpp"

namespace sweep {
namespace {

using namespace incontext;
using namespace reproduce;

constexpr int layers = SWEEP_LAYERS;
constexpr Dimensions dimensions{.input = SWEEP_INPUT, .output = 1, .context = SWEEP_CONTEXT};

using OneLayer = LayerOf<dimensions>;
using Model = std::conditional_t<layers == 1, OneLayer, Untied<layers, OneLayer>>;
using Steps = Looped<layers, GradientDescentStepOf<dimensions>>;

Steps steps_of(double rate) {
    return {block<layers>(step_from_zero<dimensions>(rate))};
}

/// The same steps as layers, whose sensitivities are known where tokens are clipped, too.
Looped<layers, OneLayer> layers_of(double rate) {
    OneLayer const layer = as_attention(step_from_zero<dimensions>(rate));
    return {block<layers>(layer)};
}

TrainingOptions training_of(Cell const& cell) {
    TrainingOptions result = training_options(layers, cell.batch, cell.seed);
    result.adam.learning_rate = static_cast<float>(cell.rate);
    return result;
}

Model begun(Cell const& cell) {
    Model model;
    initialise(model, cell.seed, {.layers = layers});
    return model;
}

double seconds(Cell const& cell, Workers& workers) {
    Training<dimensions, Model> training(begun(cell), training_of(cell), workers);
    return training_runs::seconds_of_a_step([&] { training.step(); }) * cell.steps;
}

CellResult trained(Cell const& cell, Workers& workers) {
    Training<dimensions, Model> training(begun(cell), training_of(cell), workers);
    for (int step = 0; step < cell.steps; ++step) {
        training.step();
    }
    Evaluation<dimensions> const evaluation(workers);
    // The same for every cell of this size.
    static BestLearningRate const scan = scan_learning_rate(evaluation, steps_of);
    return {.loss_trained = evaluation.loss(training.layer()),
            .loss_gd = scan.loss,
            .learning_rate_gd = scan.learning_rate,
            .cosine = alignment(evaluation, training.layer(), layers_of(scan.learning_rate)).cosine};
}

Linked<Size> const linked_size({.number = number_of(SWEEP_INPUT, SWEEP_CONTEXT, SWEEP_LAYERS),
                                .input = SWEEP_INPUT,
                                .context = SWEEP_CONTEXT,
                                .layers = SWEEP_LAYERS,
                                .seconds = seconds,
                                .trained = trained});

}  // namespace
}  // namespace sweep
