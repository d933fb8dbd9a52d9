// SPDX-License-Identifier: MIT
/// @file
/// The reference's way to find the best learning rate: try them all on the evaluation tasks.
#pragma once

#include <cmath>
#include <limits>
#include <stdexcept>

#include "incontext/experiment/evaluation.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// Which learning rates: first, first + spacing, ... below end. The defaults are the reference's .001, .101, ... < 25.
struct ScanRange {
    double first = 0.001;
    double spacing = 0.1;
    double end = 25;
};

/// The best of the rates that were tried.
struct BestLearningRate {
    double learning_rate = 0;
    double loss = std::numeric_limits<double>::infinity();
};

/// The learning rate whose update make_update(rate) has the smallest loss on the evaluation tasks.
///
/// Source: the reference's notebooks (one rate for all steps). Exactness: each loss in float per task, its mean in
/// double. Cost: 250 evaluations by default. Errors: an empty range gives an infinite loss; a spacing
/// that is not positive, or a range that is not finite or has more than 2^31 rates, throws std::invalid_argument; rates of which none has a finite loss, std::domain_error.
/// Test: tests/golden/reference_tasks.cpp (6.001 and 0.20468888).
template <Dimensions Sizes, class MakeUpdate>
[[nodiscard]] BestLearningRate scan_learning_rate(Evaluation<Sizes> const& evaluation, MakeUpdate const& make_update,
                                                  ScanRange const& range = {}) {
    if constexpr (!requires { make_update(0.0f); }) {
        static_cast<void>(an_evaluation_comes_first<Evaluation<Sizes>, MakeUpdate>{});
    }
    using Update = decltype(make_update(0.0f));
    static_cast<void>(this_is_not_a_token_update<Update, Prompt<Sizes.tokens(), typename Evaluation<Sizes>::Number>>{});
    require_ieee_arithmetic<double, MakeUpdate>();
    if (!(range.spacing > 0)) {
        fail<std::invalid_argument>("learning-rate scan: the spacing must be positive");
    }
    if (!((range.end - range.first) / range.spacing < std::numeric_limits<int>::max()) ||
        !std::isfinite(range.first + range.spacing) || !std::isfinite(range.end)) {
        fail<std::invalid_argument>("learning-rate scan: the range must be finite, and have fewer than 2^31 rates");
    }
    BestLearningRate best;
    int i = 0;
    for (; range.first + i * range.spacing < range.end; ++i) {
        double const rate = range.first + i * range.spacing;
        double const loss = evaluation.loss(make_update(static_cast<float>(rate)));
        if (loss < best.loss) {
            best = {.learning_rate = rate, .loss = loss};
        }
    }
    if (i > 0 && !(best.loss < std::numeric_limits<double>::infinity())) {
        fail<std::domain_error>("learning-rate scan: no rate of the range has a finite loss");
    }
    return best;
}

/// In another order: one sentence.
template <auto... Values, class... Arguments>
    requires(!(DerivesFromEvaluation<Arguments> || ...))
constexpr auto scan_learning_rate(Arguments const&...) {
    return an_evaluation_comes_first<Arguments...>();
}

}  // namespace incontext
