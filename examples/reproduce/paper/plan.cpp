// SPDX-License-Identifier: MIT
#include "paper/plan.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/checkpoint.hpp"
#include "common/linked.hpp"
#include "deep_models/model.hpp"
#include "incontext/support/workers.hpp"

namespace paper {
namespace {

/// A step of five layers with weights of their own, 2,048 tasks, on two threads of an AMD EPYC (AVX-512), g++ 12: the machine on
/// which the seconds of experiments() were measured.
constexpr double reference_seconds_per_step = 3.4e-3;

}  // namespace

double slowness(int threads) {
    auto const& models = reproduce::Linked<reproduce::DeepModel>::models();
    if (models.empty()) {
        throw std::logic_error("the program was linked without the model that it measures");
    }
    reproduce::CommonOptions options{.steps = 1000, .threads = threads};
    incontext::Workers workers(threads);
    double const seconds = models.front().seconds_to_train(options, reproduce::Checkpoint(), workers) / options.steps;
    return seconds / reference_seconds_per_step;
}

double seconds_left(Experiment const& experiment, RunOptions const& options, double slowness) {
    RunState const state = state_of(experiment, options);
    double const all = options.reference_seconds(experiment) * slowness;
    constexpr double least_share = .05;
    return state.stage == Stage::finished && !options.again ? 0
           : state.stage == Stage::begun                    ? std::max(all - state.seconds, least_share * all)
                                                            : all;
}

}  // namespace paper
