// SPDX-License-Identifier: MIT
// One number of examples, compiled once for each: REPRODUCE_CONTEXT.
//
// Where gamma is read. GD++ as attention has, in the two products of a head (input block above target block),
//
//     W_K^T W_Q = [[I, 0], [0, 0]]          P W_V = [[-gamma I, 0], [(eta/N) W0, -(eta/N) I]]          (gamma, eta/N > 0)
//
// A trained head may have b W_K^T W_Q and P W_V / b instead, b of either sign: F = P W_V (C C^T) W_K^T W_Q is the same.
// b is fixed by making the mean of the first d diagonal entries of W_K^T W_Q one (incontext::normalised). Then
// gamma = -(mean of the first d diagonal entries of P W_V), and eta/N = -(its last). gamma multiplies X X^T itself, not its
// mean over examples. A looped layer is one and the same in both steps, so there is one gamma to read.
#include "spectrum/model.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "common/linked.hpp"
#include "common/training_runs.hpp"
#include "spectra/spectra.hpp"

namespace reproduce {
namespace {

using namespace incontext;

constexpr int context = REPRODUCE_CONTEXT;
constexpr Dimensions dimensions{.input = sizes.input, .output = sizes.output, .context = context};
using Model = LoopedStack<LayerOf<dimensions>, looped_layers>;

/// The rates that the GD++ step nearest to this layer has (see above). Errors: std::domain_error where b cannot be fixed.
StepRates rates_in_weights(LayerOf<dimensions> const& layer) {
    auto const output_value = normalised<dimensions, float>(merged(layer)).output_value.cast<double>().eval();
    return {.learning_rate = -output_value(dimensions.input, dimensions.input) * dimensions.context,
            .gamma = -output_value.diagonal().head<dimensions.input>().mean()};
}

double seconds(CommonOptions const& options, Checkpoint const& checkpoint, Workers& workers) {
    return seconds_to_train<Model, dimensions>(looped_layers, options, workers, checkpoint);
}

ContextResult trained(CommonOptions const& options, Checkpoint& checkpoint, Workers& workers) {
    constexpr std::uint32_t seed_of_other_tasks = 77;
    constexpr int contexts = 4000;

    Evaluation<dimensions> const evaluation(workers);
    ContextResult result{.context = context, .spectra = spectra_of_tasks<context>(seed_of_other_tasks, contexts)};
    result.fitted = shared_plus_plus_rates(result.spectra, looped_layers);
    result.loss_gdpp = evaluation.loss(looped<looped_layers>(plus_plus_step_from_zero<dimensions>(result.fitted)));
    result.gd = scan_learning_rate(evaluation,
                                   [](double rate) { return looped<looped_layers>(step_from_zero<dimensions>(rate)); });

    auto const measured = [&](long step, Model const& model) {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        StepRates rates{.learning_rate = none, .gamma = none};
        if (step > 0) {  // before training, W_K^T W_Q has no scale but that of noise
            rates.learning_rate = number_or_nan([&] { return rates_in_weights(model.layer).learning_rate; });
            rates.gamma = number_or_nan([&] { return rates_in_weights(model.layer).gamma; });
        }
        return Measured{.step = static_cast<double>(step),
                        .loss_trained = evaluation.loss(model),
                        .gamma = rates.gamma,
                        .learning_rate = rates.learning_rate};
    };
    auto const runs = train_runs<Model, Measured, dimensions>(looped_layers, options, measured, workers, &checkpoint,
                                                              "N = " + std::to_string(context));
    result.runs.assign(runs.begin(), runs.end());
    return result;
}

Linked<Context> const linked_context({.number = context, .seconds_to_train = seconds, .trained = trained});

}  // namespace
}  // namespace reproduce
