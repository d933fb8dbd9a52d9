// SPDX-License-Identifier: MIT
/// @file
/// One number of examples of spectrum.cpp: what is trained, and what of it is kept.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/curves.hpp"
#include "common/options.hpp"
#include "incontext/experiment/learning_rate_scan.hpp"
#include "incontext/experiment/spectrum.hpp"

namespace reproduce {

/// What is measured of a model after some steps of training.
struct Measured {
    BOOST_HANA_DEFINE_STRUCT(Measured,
        (double, step),
        (double, loss_trained),
        (double, gamma),
        (double, learning_rate));
};

/// What one number of examples has come to.
struct ContextResult {
    int context = 0;
    std::vector<Curve<Measured>> runs{};
    incontext::StepRates fitted{};  // GD++, shared by both steps
    double loss_gdpp = 0;
    incontext::BestLearningRate gd{};
    incontext::Spectra spectra{};

    [[nodiscard]] std::vector<double> gamma() const {
        return last_of_runs(runs, [](Measured const& at) { return at.gamma; });
    }
    [[nodiscard]] std::vector<double> learning_rate() const {
        return last_of_runs(runs, [](Measured const& at) { return at.learning_rate; });
    }
    [[nodiscard]] std::vector<double> loss_trained() const {
        return last_of_runs(runs, [](Measured const& at) { return at.loss_trained; });
    }
    [[nodiscard]] double seconds_training() const {
        return mean(of_runs(runs, [](auto& run) { return run.seconds_training; }));
    }
    [[nodiscard]] double condition_number_after(double of_gamma) const {
        return incontext::median(spectra.condition_numbers(of_gamma));
    }
};

inline constexpr int looped_layers = 2;

struct Context {
    int number;  // of examples
    double (*seconds_to_train)(CommonOptions const& options, Checkpoint const& checkpoint, incontext::Workers& workers);
    ContextResult (*trained)(CommonOptions const& options, Checkpoint& checkpoint, incontext::Workers& workers);
};

}  // namespace reproduce
