// SPDX-License-Identifier: MIT
// One model and its rules, compiled once for each: REPRODUCE_LAYERS, REPRODUCE_LOOPED.
#include <boost/hana.hpp>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "common/training_runs.hpp"
#include "deep_models/model.hpp"
#include "deep_models/plus_plus_fit.hpp"
#include "spectra/spectra.hpp"

namespace reproduce {
namespace {

using namespace incontext;

// ------------------------------------------------------------------------------------------------- stacks of K layers ----

/// A layer, or a learning rule, as one of K.
template <int Layers, class Update>
constexpr auto block(Update const& update) {
    if constexpr (Layers > 3) {
        return clipped<10>(update);
    } else {
        return update;
    }
}

template <int Layers, class Update>
using Block = decltype(block<Layers>(std::declval<Update>()));

template <int Layers, class Update>
using Looped = LoopedStack<Block<Layers, Update>, Layers>;

template <int Layers, class Update>
using Untied = UntiedStack<Block<Layers, Update>, Layers>;

template <int Layers, bool IsLooped>
struct ModelOf {
    static constexpr int layers = Layers;
    static constexpr bool looped = IsLooped;
    using Model = std::conditional_t<IsLooped, Looped<Layers, Layer>, Untied<Layers, Layer>>;
};

/// Calls see(layer) for every layer that has weights of its own, without its clip.
constexpr auto for_each_layer = [](auto& model, auto const& see) {
    auto const unclipped = [](auto& part) -> auto& {
        if constexpr (requires { part.layer; }) {
            return part.layer;
        } else {
            return part;
        }
    };
    if constexpr (requires { model.layers; }) {
        boost::hana::for_each(model.layers, [&](auto& part) { see(unclipped(part)); });
    } else {
        see(unclipped(model.layer));
    }
};

// ------------------------------------------------------------------------------------------------------ learning rules ----

/// K steps of gradient descent with one rate.
template <int Layers>
Looped<Layers, GradientDescentStep> gradient_descent(double learning_rate) {
    return looped<Layers>(block<Layers>(step_of(learning_rate)));
}

/// K steps of GD++ with rates shared by all steps.
template <int Layers>
Looped<Layers, GradientDescentPlusPlusStep> plus_plus(StepRates const& rates) {
    return looped<Layers>(block<Layers>(plus_plus_step_of(rates)));
}

/// K steps of GD++, each with rates of its own.
template <int Layers>
Untied<Layers, GradientDescentPlusPlusStep> plus_plus(std::vector<StepRates> const& rates) {
    Untied<Layers, GradientDescentPlusPlusStep> stack;
    boost::hana::for_each(stack.layers, [rate = rates.begin()](auto& layer) mutable {
        layer = block<Layers>(plus_plus_step_of(*rate++));
    });
    return stack;
}

/// The GD++ that a model is compared with.
template <class ADeepModel>
auto plus_plus_beside(Rules const& rules) {
    if constexpr (ADeepModel::looped) {
        return plus_plus<ADeepModel::layers>(rules.gdpp.front());
    } else {
        return plus_plus<ADeepModel::layers>(rules.gdpp);
    }
}

template <class ADeepModel>
Rules fitted_rules(Evaluation<sizes> const& evaluation, bool quiet, Workers& workers) {
    constexpr int layers = ADeepModel::layers;
    constexpr std::uint32_t seed_of_other_tasks = 77;
    Rules rules;
    rules.gd = scan_learning_rate(evaluation, gradient_descent<layers>);
    if constexpr (layers <= 3) {
        constexpr int contexts = 4000;
        rules.gdpp_shared =
            shared_plus_plus_rates(spectra_of_tasks<sizes.context>(seed_of_other_tasks, contexts), layers);
    } else {
        rules.gdpp_shared = train_plus_plus<Looped<layers, Layer>, 1>(
                                layers, rules.gd.learning_rate, seed_of_other_tasks, workers, quiet, for_each_layer)
                                .front();
    }
    rules.loss_gdpp_shared = evaluation.loss(plus_plus<layers>(rules.gdpp_shared));
    if constexpr (ADeepModel::looped) {
        rules.gdpp = {rules.gdpp_shared};
    } else {
        rules.gdpp = train_plus_plus<typename ADeepModel::Model, layers>(
            layers, rules.gd.learning_rate, seed_of_other_tasks + 1, workers, quiet, for_each_layer);
    }
    rules.loss_gdpp = evaluation.loss(plus_plus_beside<ADeepModel>(rules));
    return rules;
}

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

/// `alignment` measures sensitivities by unit vectors and 0 as query tokens, which is exact for updates that are affine in
/// the query. With more than three layers the tokens are clipped, so here that holds only where no probe is cut; inputs
/// are below 1/2 and the clip is at 10, so it cuts hardly any once the model has learned.
template <class ADeepModel>
WithRules measured_beside(long step, typename ADeepModel::Model const& model, Rules const& rules,
                          Evaluation<sizes> const& evaluation) {
    constexpr int layers = ADeepModel::layers;
    Alignment const gd = alignment(evaluation, model, gradient_descent<layers>(rules.gd.learning_rate));
    Alignment const gdpp = alignment(evaluation, model, plus_plus_beside<ADeepModel>(rules));
    double cosine_gdpp_shared = gdpp.cosine;
    if constexpr (!ADeepModel::looped) {
        cosine_gdpp_shared = alignment(evaluation, model, plus_plus<layers>(rules.gdpp_shared)).cosine;
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
