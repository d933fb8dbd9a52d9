// SPDX-License-Identifier: MIT
/// @file
/// Models of several layers as the paper trains them, and the learning rules that they are compared with.
///
///     looped      one layer, K times           beside K steps of GD++ that share their rates
///     own         K layers of their own        beside K steps of GD++, each with rates of its own
///
/// Beyond three layers the reference cuts every token at +-10 after every layer, in the models and in the rules.
///
/// Each model is compiled in an object of its own (model.cpp); programs find those that are linked to them.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <functional>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/curves.hpp"
#include "common/linked.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/shifts.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/experiment/learning_rate_scan.hpp"

namespace reproduce {

/// What a trained model of K layers is compared with.
struct Rules {
    incontext::BestLearningRate gd{};          // gradient descent: the best rate on the evaluation tasks
    std::vector<incontext::StepRates> gdpp{};  // GD++: one pair of rates for looped layers, else one for each step
    incontext::StepRates gdpp_shared{};        // GD++ with rates shared by all steps
    double loss_gdpp = 0;
    double loss_gdpp_shared = 0;
};

/// What is measured where the loss is all that is wanted.
struct LossAlone {
    BOOST_HANA_DEFINE_STRUCT(LossAlone,
        (double, step),
        (double, loss_trained));
};

/// What is measured of a model after some steps of training. gdpp: the GD++ that the paper compares it with, whose steps
/// share their rates for looped layers and have their own for layers of their own; gdpp_shared: shared in either case.
struct WithRules {
    BOOST_HANA_DEFINE_STRUCT(WithRules,
        (double, step),
        (double, loss_trained),
        (double, loss_interpolated),
        (double, cosine_gd),
        (double, sensitivity_difference_gd),
        (double, prediction_difference_gd),
        (double, cosine_gdpp),
        (double, sensitivity_difference_gdpp),
        (double, prediction_difference_gdpp),
        (double, cosine_gdpp_shared));
};

/// A model that was trained, whatever its type.
template <class Measured>
struct DeepRun : Curve<Measured> {
    std::vector<Layer> layers{};  // those that have weights of their own
    Loss loss{};
};

/// A model that can be trained: --layers 5, or --layers 2 --looped.
struct DeepModel {
    int number;  // of layers
    bool looped;

    /// The rules, fitted. GD++'s rates come from other tasks than those of the evaluation: by the spectra of their contexts
    /// where tokens are not clipped, else by training, since a fit that ignores the clip finds rates that overshoot into it.
    ///
    /// Source: as the paper, GD++ has rates of each step's own where the layers have weights of their own.
    /// Cost: up to 20 s for five steps.
    Rules (*fitted_rules)(incontext::Evaluation<sizes> const& evaluation, bool quiet, incontext::Workers& workers);

    /// Of as many steps of gradient descent, and of the GD++ that the model is compared with.
    Loss (*gradient_descent)(Rules const& rules);
    Loss (*plus_plus)(Rules const& rules);

    /// train_runs and seconds_to_train (training_runs.hpp), with one measure or the other.
    std::vector<DeepRun<LossAlone>> (*trained)(CommonOptions const& options, std::string const& name,
                                               incontext::Evaluation<sizes> const& evaluation, Checkpoint& checkpoint,
                                               incontext::Workers& workers);
    std::vector<DeepRun<WithRules>> (*trained_beside)(Rules const& rules, CommonOptions const& options,
                                                      incontext::Evaluation<sizes> const& evaluation,
                                                      Checkpoint& checkpoint, incontext::Workers& workers);
    double (*seconds_to_train)(CommonOptions const& options, Checkpoint const& checkpoint, incontext::Workers& workers);

    [[nodiscard]] std::string title() const {
        return std::to_string(number) + (number == 1 ? " layer" : looped ? " looped layers" : " layers");
    }
};

}  // namespace reproduce
