// SPDX-License-Identifier: MIT
/// @file
/// A block of linear self-attention and an MLP, trained on a set of tasks that never changes.
///
///     t <- t + attention(t),      t <- t + W_2 gelu(W_1 t),      W_1 [44 x 11], W_2 [11 x 44]
#pragma once

#include <boost/hana/define_struct.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/curves.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "incontext/experiment/evaluation.hpp"

namespace reproduce {

/// What is measured of the block after some steps of training.
struct LateMeasured {
    BOOST_HANA_DEFINE_STRUCT(LateMeasured,
        (double, step),
        (double, loss_set),
        (double, loss_trained));
};

using LateCurve = Curve<LateMeasured>;

/// One point of the grid. The set is cut into batches, which repeat in the same order.
struct LateSetting {
    int tasks = 0;
    int batch = 0;
    int thousandths = 0;  // the learning rate is so many thousandths

    [[nodiscard]] std::uint32_t batches() const { return static_cast<std::uint32_t>(tasks / batch); }
    [[nodiscard]] std::string name() const {
        return std::to_string(tasks) + "_" + std::to_string(batch) + "_" + std::to_string(thousandths);
    }
    [[nodiscard]] std::string title() const { return std::to_string(tasks) + " tasks, " + title_within_set(); }
    [[nodiscard]] std::string title_within_set() const {
        return "batch " + std::to_string(batch) + ", rate " + rate_text();
    }
    [[nodiscard]] std::string rate_text() const;
};

/// Clipped at this norm: hardly ever.
inline constexpr double late_gradient_norm = 10;

[[nodiscard]] std::vector<LateCurve> trained_on_set(LateSetting const& setting, CommonOptions const& options,
                                                    incontext::Evaluation<sizes> const& evaluation,
                                                    Checkpoint& checkpoint, incontext::Workers& workers);

/// seconds_to_train (training_runs.hpp), without measuring.
[[nodiscard]] double seconds_to_train_on_set(LateSetting const& setting, CommonOptions const& options,
                                             Checkpoint const& checkpoint, incontext::Workers& workers);

}  // namespace reproduce
