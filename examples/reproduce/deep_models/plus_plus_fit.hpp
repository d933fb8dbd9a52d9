// SPDX-License-Identifier: MIT
/// @file
/// GD++ with trained rates: the layers of a model are held to be GD++, only their eta and gamma move.
///
///     d loss / d gamma = -trace of the x block of P_        d loss / d eta = 1/N trace of the y block of P_
///
/// P_ is the derivative by the output projection diag(-gamma I, eta/N I) of as_attention(step), so backpropagation through
/// the trained model serves here too, its token clip included. Where there is a clip, `incontext::fit_rates` does not know
/// it and finds rates that overshoot into it; where every step has rates of its own, it finds steps that blow the tokens
/// up and a last one that catches them, which no training reaches.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "common/paper_setting.hpp"
#include "incontext/incontext.hpp"
#include "tools/progress.hpp"

namespace reproduce {

/// The eta / N and gamma of Steps steps.
template <int Steps>
struct TrainedRates {
    using Rates = incontext::Matrix<float, Steps, 2>;
    BOOST_HANA_DEFINE_STRUCT(TrainedRates, (Rates, rates));

    [[nodiscard]] incontext::StepRates step(int k) const {
        return {.learning_rate = static_cast<double>(rates(k, 0)) * sizes.context,
                .gamma = static_cast<double>(rates(k, 1))};
    }
};

/// The rates of GD++ for a model of K = `layers` layers, Steps of which (all, or one that is looped) have their own.
///
/// for_each_layer(model, see) calls see(layer) for the Steps of them. Source: [vonOswald2023]'s code, which starts at
/// gradient descent's rate eta, gamma = eta / N^2, and trains with Adam on batches of 512; here longer, with a rate of
/// Adam that falls, until nothing moves. Cost: 4,000 steps of training on a quarter of the usual batch; fewer, and worse rates,
/// where they are divided.
/// Errors: NonFiniteLoss.
template <class Model, int Steps, class ForEachLayer>
[[nodiscard]] std::vector<incontext::StepRates> train_plus_plus(int layers, double learning_rate, std::uint32_t seed,
                                                                incontext::Workers& workers, bool quiet,
                                                                ForEachLayer const& for_each_layer,
                                                                int divided_by = 1) {
    using namespace incontext;
    struct Phase {
        float learning_rate;
        int steps;
    };
    constexpr Phase phases[]{{1e-2f, 2000}, {1e-3f, 1500}, {1e-4f, 500}};
    int const all_steps = phases[0].steps / divided_by + phases[1].steps / divided_by + phases[2].steps / divided_by;
    constexpr int batch = 512;

    TrainedRates<Steps> rates;
    rates.rates.col(0).setConstant(static_cast<float>(learning_rate / sizes.context));
    rates.rates.col(1).setConstant(static_cast<float>(learning_rate / sizes.context / sizes.context));
    Model model;
    set_zero(model);
    Training<sizes, Model> training(model, training_options(layers, batch, seed), workers);
    auto state = training.state();
    auto gradient = state.layer;
    tools::Progress progress(Steps == 1 ? "GD++" : "GD++, rates of each step's own", all_steps, quiet);
    for (Phase const& phase : phases) {
        Adam<TrainedRates<Steps>> adam({.learning_rate = phase.learning_rate, .second_moment_decay = 0.999f});
        for (int i = 0; i < phase.steps / divided_by; ++i) {
            int k = 0;
            for_each_layer(state.layer,
                           [&](Layer& layer) { layer = as_attention(plus_plus_step_of(rates.step(k++))); });
            training.restore(state);
            double const loss = training.loss_and_gradient(gradient);
            if (!std::isfinite(loss)) {
                throw NonFiniteLoss(state.optimiser.steps, seed);
            }
            ++state.optimiser.steps;  // fresh tasks

            TrainedRates<Steps> by_rates;
            k = 0;
            for_each_layer(gradient, [&](Layer const& by_layer) {
                by_rates.rates(k, 0) = by_layer.output.diagonal().template tail<sizes.output>().sum();
                by_rates.rates(k++, 1) = -by_layer.output.diagonal().template head<sizes.input>().sum();
            });
            adam.update(rates, by_rates);
            progress.update(state.optimiser.steps, loss);
        }
    }
    std::vector<StepRates> result;
    for (int k = 0; k < Steps; ++k) {
        result.push_back(rates.step(k));
    }
    return result;
}

}  // namespace reproduce
