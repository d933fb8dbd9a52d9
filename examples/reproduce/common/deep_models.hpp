// SPDX-License-Identifier: MIT
/// @file
/// Models of several layers as the paper trains them, and the learning rules that they are compared with.
///
///     looped      one layer, K times           beside K steps of GD++ that share their rates
///     own         K layers of their own        beside K steps of GD++, each with rates of its own
///
/// Beyond three layers the reference cuts every token at +-10 after every layer, in the models and in the rules.
#pragma once

#include <boost/hana.hpp>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/paper_setting.hpp"
#include "common/plus_plus_fit.hpp"
#include "incontext/incontext.hpp"

namespace reproduce {

// ------------------------------------------------------------------------------------------------- stacks of K layers ----

/// A layer, or a learning rule, as one of K.
template <int Layers, class Update>
[[nodiscard]] constexpr auto block(Update const& update) {
    if constexpr (Layers > 3) {
        return incontext::clipped<10>(update);
    } else {
        return update;
    }
}

template <int Layers, class Update>
using Block = decltype(block<Layers>(std::declval<Update>()));

template <int Layers, class Update>
using Looped = incontext::LoopedStack<Block<Layers, Update>, Layers>;

/// LayerStack<B, B, ..., B>, B = Block<Layers, Update>.
template <int Layers, class Update>
using Own = incontext::UntiedStack<Block<Layers, Update>, Layers>;

/// A model that can be trained: --layers 5, or --layers 2 --looped.
template <int Layers, bool IsLooped>
struct DeepModel {
    static constexpr int layers = Layers;
    static constexpr bool looped = IsLooped;
    using Model = std::conditional_t<IsLooped, Looped<Layers, Layer>, Own<Layers, Layer>>;

    [[nodiscard]] static std::string title() {
        return std::to_string(Layers) + (Layers == 1 ? " layer" : IsLooped ? " looped layers" : " layers");
    }
};

/// Calls see(layer) for every layer that has weights of its own, without its clip.
inline constexpr auto for_each_layer = [](auto& model, auto const& see) {
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

}  // namespace reproduce

// Compiled once, in deep_models.cpp, for all programs.
extern template class incontext::Training<reproduce::sizes, reproduce::Looped<2, reproduce::Layer>>;
extern template class incontext::Training<reproduce::sizes, reproduce::Looped<5, reproduce::Layer>>;
extern template class incontext::Training<reproduce::sizes, reproduce::Own<5, reproduce::Layer>>;

namespace reproduce {

// ------------------------------------------------------------------------------------------------------ learning rules ----

/// K steps of gradient descent with one rate.
template <int Layers>
[[nodiscard]] Looped<Layers, GradientDescentStep> gradient_descent(double learning_rate) {
    return incontext::looped<Layers>(block<Layers>(step_of(learning_rate)));
}

/// K steps of GD++ with rates shared by all steps.
template <int Layers>
[[nodiscard]] Looped<Layers, GradientDescentPlusPlusStep> plus_plus(incontext::StepRates const& rates) {
    return incontext::looped<Layers>(block<Layers>(plus_plus_step_of(rates)));
}

/// K steps of GD++, each with rates of its own.
template <int Layers>
[[nodiscard]] Own<Layers, GradientDescentPlusPlusStep> plus_plus(std::vector<incontext::StepRates> const& rates) {
    Own<Layers, GradientDescentPlusPlusStep> stack;
    boost::hana::for_each(stack.layers, [rate = rates.begin()](auto& layer) mutable {
        layer = block<Layers>(plus_plus_step_of(*rate++));
    });
    return stack;
}

/// What a trained model of K layers is compared with.
struct Rules {
    incontext::BestLearningRate gd{};               // gradient descent: the best rate on the evaluation tasks
    std::vector<incontext::StepRates> gdpp{};       // GD++: one pair of rates for looped layers, else one for each step
    incontext::StepRates gdpp_shared{};             // GD++ with rates shared by all steps
    double loss_gdpp = 0;
    double loss_gdpp_shared = 0;
};

/// The GD++ that a model is compared with.
template <class ADeepModel>
[[nodiscard]] auto plus_plus_beside(Rules const& rules) {
    if constexpr (ADeepModel::looped) {
        return plus_plus<ADeepModel::layers>(rules.gdpp.front());
    } else {
        return plus_plus<ADeepModel::layers>(rules.gdpp);
    }
}

/// The rates, shared by all steps, with which GD++ has the smallest expected loss on tokens that are not clipped.
[[nodiscard]] incontext::StepRates plus_plus_rates_by_spectra(int layers, std::uint32_t seed);

/// The rules, fitted. GD++'s rates come from other tasks than those of the evaluation: by the spectra of their contexts
/// where tokens are not clipped, else by training, since a fit that ignores the clip finds rates that overshoot into it.
///
/// Source: as the paper, GD++ has rates of each step's own where the layers have weights of their own.
/// Cost: up to 20 s for five steps.
template <class ADeepModel>
[[nodiscard]] Rules fitted_rules(incontext::Evaluation<sizes> const& evaluation, bool quiet,
                                 incontext::Workers& workers) {
    using namespace incontext;
    constexpr int layers = ADeepModel::layers;
    constexpr std::uint32_t seed_of_other_tasks = 77;
    Rules rules;
    rules.gd = scan_learning_rate(evaluation, gradient_descent<layers>);
    if constexpr (layers <= 3) {
        rules.gdpp_shared = plus_plus_rates_by_spectra(layers, seed_of_other_tasks);
    } else {
        rules.gdpp_shared = train_plus_plus<Looped<layers, Layer>, 1>(layers, rules.gd.learning_rate,
                                                                      seed_of_other_tasks, workers, quiet, for_each_layer)
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
[[nodiscard]] typename ADeepModel::Model interpolated_model(typename ADeepModel::Model const& trained,
                                                            Rules const& rules) {
    typename ADeepModel::Model result = trained;
    std::size_t step = 0;
    for_each_layer(result, [&](Layer& layer) {
        layer = incontext::interpolated<sizes>(layer, as_attention(plus_plus_step_of(rules.gdpp[step++])));
    });
    return result;
}

}  // namespace reproduce
