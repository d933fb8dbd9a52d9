// SPDX-License-Identifier: MIT
/// @file
/// Stacks of K layers, and the learning rules of as many steps, fitted. A template: who needs the rules of a depth compiles them.
#pragma once

#include <boost/hana.hpp>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/paper_setting.hpp"
#include "common/stacks.hpp"
#include "deep_models/model.hpp"
#include "deep_models/plus_plus_fit.hpp"
#include "incontext/incontext.hpp"
#include "spectra/spectra.hpp"

namespace reproduce {

using namespace incontext;  // as the models that include it

// ------------------------------------------------------------------------------------------------- stacks of K layers ----

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

/// K steps of gradient descent, or of GD++, as layers of linear attention. They have passes of their own: sensitivities of models
/// that clip their tokens are taken by these, and a learning rule's would be taken by dual numbers.
template <int Layers>
Looped<Layers, Layer> gradient_descent_as_layers(double learning_rate) {
    return looped<Layers>(block<Layers>(as_attention(step_of(learning_rate))));
}
template <int Layers>
Looped<Layers, Layer> plus_plus_as_layers(StepRates const& rates) {
    return looped<Layers>(block<Layers>(as_attention(plus_plus_step_of(rates))));
}
template <int Layers>
Untied<Layers, Layer> plus_plus_as_layers(std::vector<StepRates> const& rates) {
    Untied<Layers, Layer> stack;
    boost::hana::for_each(stack.layers, [rate = rates.begin()](auto& layer) mutable {
        layer = block<Layers>(as_attention(plus_plus_step_of(*rate++)));
    });
    return stack;
}

/// How carefully rules are fitted: the learning rates that are scanned, and by what the steps of training rates are divided.
struct FitEffort {
    ScanRange scan{};
    int divided_by = 1;
};

template <class ADeepModel>
Rules fitted_rules_with(Evaluation<sizes> const& evaluation, bool quiet, Workers& workers, FitEffort const& effort) {
    constexpr int layers = ADeepModel::layers;
    constexpr std::uint32_t seed_of_other_tasks = 77;
    Rules rules;
    rules.gd = scan_learning_rate(evaluation, gradient_descent<layers>, effort.scan);
    if constexpr (layers <= 3) {
        constexpr int contexts = 4000;
        rules.gdpp_shared =
            shared_plus_plus_rates(spectra_of_tasks<sizes.context>(seed_of_other_tasks, contexts), layers);
    } else {
        rules.gdpp_shared =
            train_plus_plus<Looped<layers, Layer>, 1>(layers, rules.gd.learning_rate, seed_of_other_tasks, workers,
                                                      quiet, for_each_layer, effort.divided_by)
                .front();
    }
    rules.loss_gdpp_shared = evaluation.loss(plus_plus<layers>(rules.gdpp_shared));
    if constexpr (ADeepModel::looped) {
        rules.gdpp = {rules.gdpp_shared};
    } else {
        rules.gdpp = train_plus_plus<typename ADeepModel::Model, layers>(
            layers, rules.gd.learning_rate, seed_of_other_tasks + 1, workers, quiet, for_each_layer, effort.divided_by);
    }
    rules.loss_gdpp = evaluation.loss(plus_plus_beside<ADeepModel>(rules));
    return rules;
}

template <class ADeepModel>
Rules fitted_rules(Evaluation<sizes> const& evaluation, bool quiet, Workers& workers) {
    return fitted_rules_with<ADeepModel>(evaluation, quiet, workers, {});
}

}  // namespace reproduce
