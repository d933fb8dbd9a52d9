// SPDX-License-Identifier: MIT
/// @file
/// One size of sizes.cpp: what is trained, and what of it is kept.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/curves.hpp"
#include "common/options.hpp"
#include "incontext/experiment/exact_optimum.hpp"
#include "incontext/experiment/learning_rate_scan.hpp"
#include "incontext/support/workers.hpp"

namespace reproduce {

/// What is measured of a layer after some steps of training.
struct Measured {
    BOOST_HANA_DEFINE_STRUCT(Measured,
        (double, step),
        (double, loss_trained),
        (double, loss_interpolated));  // of the mean of both layers' weights
};

/// What one size has come to.
struct SizeResult {
    int size = 0;
    incontext::OneStepOptimum exact{};
    incontext::BestLearningRate scan{};
    std::vector<Curve<Measured>> runs{};

    [[nodiscard]] std::vector<double> trained() const {
        return last_of_runs(runs, [](Measured const& at) { return at.loss_trained; });
    }
    [[nodiscard]] std::vector<double> interpolated() const {
        return last_of_runs(runs, [](Measured const& at) { return at.loss_interpolated; });
    }
    [[nodiscard]] double seconds_training() const {
        return mean(of_runs(runs, [](auto& run) { return run.seconds_training; }));
    }
};

struct Size {
    int number;  // of examples and of inputs
    double (*seconds_to_train)(CommonOptions const& options, Checkpoint const& checkpoint, incontext::Workers& workers);
    SizeResult (*trained)(CommonOptions const& options, Checkpoint& checkpoint, incontext::Workers& workers);
};

}  // namespace reproduce
