// SPDX-License-Identifier: MIT
// One model and its rules, compiled once for each: REPRODUCE_LAYERS, REPRODUCE_LOOPED.
#include "common/training_runs.hpp"
#include "deep_models/model.hpp"
#include "deep_models/rules.hpp"

namespace reproduce {
namespace {

/// The model whose every layer is the mean of the trained one's and GD++'s (its step with the same number). The paper
/// does so for looped layers and finds that it fails for layers of their own, which are free to change their tokens' basis
/// on the way.
template <class ADeepModel>
typename ADeepModel::Model interpolated_model(typename ADeepModel::Model const& trained, Rules const& rules) {
    typename ADeepModel::Model result = trained;
    std::size_t step = 0;
    for_each_layer(result, [&](Layer& layer) {
        layer = interpolated<sizes>(layer, as_attention(plus_plus_step_of(rules.gdpp[step++])));
    });
    return result;
}

// ----------------------------------------------------------------------------------------------------------- training ----

/// Where tokens are clipped, predictions are not affine in the query: sensitivities are then taken by pullbacks, which the
/// rules have as layers.
template <class ADeepModel>
WithRules measured_beside(long step, typename ADeepModel::Model const& model, Rules const& rules,
                          Evaluation<sizes> const& evaluation) {
    constexpr int layers = ADeepModel::layers;
    auto const plus_plus_of = [](auto const& rates) {
        if constexpr (layers > 3) {
            return plus_plus_as_layers<layers>(rates);
        } else {
            return plus_plus<layers>(rates);
        }
    };
    auto const gradient_descent_of = [](double rate) {
        if constexpr (layers > 3) {
            return gradient_descent_as_layers<layers>(rate);
        } else {
            return gradient_descent<layers>(rate);
        }
    };
    Alignment const gd = alignment(evaluation, model, gradient_descent_of(rules.gd.learning_rate));
    Alignment gdpp;
    if constexpr (ADeepModel::looped) {
        gdpp = alignment(evaluation, model, plus_plus_of(rules.gdpp.front()));
    } else {
        gdpp = alignment(evaluation, model, plus_plus_of(rules.gdpp));
    }
    double cosine_gdpp_shared = gdpp.cosine;
    if constexpr (!ADeepModel::looped) {
        cosine_gdpp_shared = alignment(evaluation, model, plus_plus_of(rules.gdpp_shared)).cosine;
    }
    return {.step = static_cast<double>(step),
            .loss_trained = evaluation.loss(model),
            .loss_interpolated =
                number_or_nan([&] { return evaluation.loss(interpolated_model<ADeepModel>(model, rules)); }),
            .cosine_gd = gd.cosine,
            .sensitivity_difference_gd = gd.sensitivity_difference,
            .prediction_difference_gd = gd.prediction_difference,
            .cosine_gdpp = gdpp.cosine,
            .sensitivity_difference_gdpp = gdpp.sensitivity_difference,
            .prediction_difference_gdpp = gdpp.prediction_difference,
            .cosine_gdpp_shared = cosine_gdpp_shared};
}

template <class Update>
Loss loss_of(Update const& update) {
    return [update](Evaluation<sizes> const& evaluation) { return evaluation.loss(update); };
}

// ----------------------------------------------------------------------------------------------------------- this one ----

using ThisModel = ModelOf<REPRODUCE_LAYERS, REPRODUCE_LOOPED>;
using Model = ThisModel::Model;

template <class Measured, class Measure>
std::vector<DeepRun<Measured>> train(CommonOptions const& options, Measure const& measure, Checkpoint& checkpoint,
                                     std::string const& name, Workers& workers) {
    std::vector<DeepRun<Measured>> result;
    for (auto const& run :
         train_runs<Model, Measured>(ThisModel::layers, options, measure, workers, &checkpoint, name)) {
        result.push_back({run, {}, loss_of(run.model())});
        for_each_layer(run.model(), [&](Layer const& layer) { result.back().layers.push_back(layer); });
    }
    return result;
}

Linked<DeepModel> const linked_model({
    .number = ThisModel::layers,
    .looped = ThisModel::looped,
    .fitted_rules = fitted_rules<ThisModel>,
    .gradient_descent =
        [](Rules const& rules) { return loss_of(gradient_descent<ThisModel::layers>(rules.gd.learning_rate)); },
    .plus_plus = [](Rules const& rules) { return loss_of(plus_plus_beside<ThisModel>(rules)); },
    .trained =
        [](CommonOptions const& options, std::string const& name, Evaluation<sizes> const& evaluation,
           Checkpoint& checkpoint, Workers& workers) {
            auto const measured = [&](long step, Model const& model) {
                return LossAlone{.step = static_cast<double>(step), .loss_trained = evaluation.loss(model)};
            };
            return train<LossAlone>(options, measured, checkpoint, name, workers);
        },
    .trained_beside =
        [](Rules const& rules, CommonOptions const& options, Evaluation<sizes> const& evaluation,
           Checkpoint& checkpoint, Workers& workers) {
            auto const measured = [&](long step, Model const& model) {
                return measured_beside<ThisModel>(step, model, rules, evaluation);
            };
            return train<WithRules>(options, measured, checkpoint, "", workers);
        },
    .seconds_to_train =
        [](CommonOptions const& options, Checkpoint const& checkpoint, Workers& workers) {
            return seconds_to_train<Model>(ThisModel::layers, options, workers, checkpoint);
        },
});

}  // namespace
}  // namespace reproduce
