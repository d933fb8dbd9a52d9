// SPDX-License-Identifier: MIT
#include "late_generalisation/training.hpp"

#include "common/training_runs.hpp"
#include "incontext/token_wise/mlp.hpp"
#include "incontext/token_wise/token_wise.hpp"

namespace reproduce {

using namespace incontext;

namespace {

constexpr int layers = 1;
constexpr int token_dim = sizes.tokens().token_dim;
using Perceptron = MLP<float, token_dim, 4 * token_dim, token_dim>;
using Model = LayerStack<Layer, Residual<TokenWise<Perceptron>>>;

void change(LateSetting const& setting, TrainingOptions& options) {
    options.repeated_steps = setting.batches();
    options.largest_gradient_norm = late_gradient_norm;
    options.adam.learning_rate = static_cast<float>(setting.thousandths) / 1000;
}

CommonOptions with_batch(CommonOptions options, LateSetting const& setting) {
    options.batch = setting.batch;
    return options;
}

/// The mean loss of all tasks of the set.
double loss_on_set(Model const& model, TrainingOptions const& options, Workers& workers) {
    Training<sizes, Model> training(model, options, workers);
    auto state = training.state();
    Model unwanted;
    double sum = 0;
    for (std::uint32_t batch = 0; batch < options.repeated_steps; ++batch) {
        state.optimiser.steps = batch;
        training.restore(state);
        sum += static_cast<double>(training.loss_and_gradient(unwanted));
    }
    return sum / options.repeated_steps;
}

}  // namespace

std::string LateSetting::rate_text() const {
    return "." + std::string(thousandths < 10 ? "00" : thousandths < 100 ? "0" : "") + std::to_string(thousandths);
}

std::vector<LateCurve> trained_on_set(LateSetting const& setting, CommonOptions const& options,
                                      Evaluation<sizes> const& evaluation, Checkpoint& checkpoint, Workers& workers) {
    auto const measured = [&](long step, Model const& model, std::uint32_t seed) {
        auto set = training_options(layers, setting.batch, seed);
        change(setting, set);
        return LateMeasured{.step = static_cast<double>(step),
                            .loss_set = loss_on_set(model, set, workers),
                            .loss_trained = evaluation.loss(model)};
    };
    auto const runs = train_runs<Model, LateMeasured>(layers, with_batch(options, setting), measured, workers,
                                                      &checkpoint, setting.title(), Tasks::fresh,
                                                      [&](TrainingOptions& all) { change(setting, all); });
    return {runs.begin(), runs.end()};
}

double seconds_to_train_on_set(LateSetting const& setting, CommonOptions const& options, Checkpoint const& checkpoint,
                               Workers& workers) {
    return seconds_to_train<Model>(layers, with_batch(options, setting), workers, checkpoint);
}

}  // namespace reproduce
