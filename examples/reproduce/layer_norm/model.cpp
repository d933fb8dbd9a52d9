// SPDX-License-Identifier: MIT
// One model, compiled once for each number of layers: REPRODUCE_LAYERS.
#include "layer_norm/model.hpp"

#include <cstdint>
#include <type_traits>

#include "common/training_runs.hpp"
#include "incontext/stack/normalised.hpp"
#include "spectra/spectra.hpp"

namespace reproduce {
namespace {

using namespace incontext;

constexpr int layers = REPRODUCE_LAYERS;
using Model = std::conditional_t<layers == 1, Normalised<Layer>, LayerStack<Layer, Normalised<Layer>>>;

auto gradient_descent(double learning_rate) {
    return looped<layers>(step_of(learning_rate));
}

auto plus_plus(StepRates const& rates) {
    return looped<layers>(plus_plus_step_of(rates));
}

LayerNormRules fitted_rules(Evaluation<sizes> const& evaluation) {
    LayerNormRules rules;
    rules.gd = scan_learning_rate(evaluation, gradient_descent);
    if constexpr (layers == 1) {
        rules.gdpp = {.learning_rate = rules.gd.learning_rate, .gamma = 0};
    } else {
        constexpr std::uint32_t seed_of_other_tasks = 77;
        constexpr int contexts = 4000;
        rules.gdpp = shared_plus_plus_rates(spectra_of_tasks<sizes.context>(seed_of_other_tasks, contexts), layers);
    }
    return rules;
}

template <class Update>
Loss loss_of(Update const& update) {
    return [update](Evaluation<sizes> const& tasks) { return tasks.loss(update); };
}

Linked<LayerNormModel> const linked_model({
    .number = layers,
    .fitted_rules = fitted_rules,
    .gradient_descent = [](LayerNormRules const& rules) { return loss_of(gradient_descent(rules.gd.learning_rate)); },
    .plus_plus = [](LayerNormRules const& rules) { return loss_of(plus_plus(rules.gdpp)); },
    .trained =
        [](LayerNormRules const& rules, CommonOptions const& options, Evaluation<sizes> const& evaluation,
           Checkpoint& checkpoint, Workers& workers) {
            auto const gd = gradient_descent(rules.gd.learning_rate);
            auto const gdpp = plus_plus(rules.gdpp);
            auto const measured = [&](long step, Model const& model) {
                Alignment const with_gd = alignment(evaluation, model, gd);
                return LayerNormMeasured{
                    .step = static_cast<double>(step),
                    .loss_trained = evaluation.loss(model),
                    .cosine = with_gd.cosine,
                    .sensitivity_difference = with_gd.sensitivity_difference,
                    .prediction_difference = with_gd.prediction_difference,
                    .cosine_gdpp = layers == 1 ? with_gd.cosine : alignment(evaluation, model, gdpp).cosine};
            };
            std::vector<LayerNormRun> result;
            for (auto const& run :
                 train_runs<Model, LayerNormMeasured>(layers, options, measured, workers, &checkpoint)) {
                result.push_back({run, loss_of(run.model())});
            }
            return result;
        },
    .seconds_to_train = [](CommonOptions const& options, Checkpoint const& checkpoint,
                           Workers& workers) { return seconds_to_train<Model>(layers, options, workers, checkpoint); },
});

}  // namespace
}  // namespace reproduce
