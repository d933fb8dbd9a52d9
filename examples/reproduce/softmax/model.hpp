// SPDX-License-Identifier: MIT
/// @file
/// A layer of softmax attention in the paper's setting, of one head or two, whatever its type. Each is compiled in an
/// object of its own (model.cpp).
#pragma once

#include <boost/hana/define_struct.hpp>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/curves.hpp"
#include "common/linked.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/shifts.hpp"
#include "softmax/centred_step.hpp"

namespace reproduce {

/// What is measured of the layer after some steps of training.
struct SoftmaxMeasured {
    BOOST_HANA_DEFINE_STRUCT(SoftmaxMeasured,
        (double, step),
        (double, loss_trained),
        (double, cosine),
        (double, sensitivity_difference),
        (double, prediction_difference),
        (double, cosine_centred));
};

/// A layer that was trained.
struct SoftmaxRun : Curve<SoftmaxMeasured> {
    std::vector<Rows> heads{};  // of each head eta W_KQ, where eta is the last entry of P W_V
    Loss loss{};
};

struct SoftmaxModel {
    int number;  // of heads

    std::vector<SoftmaxRun> (*trained)(GradientDescentStep const& gradient_step, CentredStep const& centred_step,
                                       CommonOptions const& options, incontext::Evaluation<sizes> const& evaluation,
                                       Checkpoint& checkpoint, incontext::Workers& workers);
    double (*seconds_to_train)(CommonOptions const& options, Checkpoint const& checkpoint, incontext::Workers& workers);
};

}  // namespace reproduce
