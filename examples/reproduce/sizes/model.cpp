// SPDX-License-Identifier: MIT
// One size, compiled once for each: REPRODUCE_SIZE.
#include "sizes/model.hpp"

#include <limits>
#include <string>

#include "common/linked.hpp"
#include "common/training_runs.hpp"

namespace reproduce {
namespace {

using namespace incontext;

constexpr int size = REPRODUCE_SIZE;
constexpr int layers = 1;
constexpr Dimensions dimensions{.input = size, .output = 1, .context = size};
using SizedLayer = LayerOf<dimensions>;

/// What no training can beat: the best learning rate of one step and its expected loss, as fractions, at compile time.
constexpr OneStepOptimum exact = one_step_optimum(uniform_inputs(), size, size);
static_assert(exact.learning_rate == Rational(60 * size, 10 * size - 1));
static_assert(exact.loss == Rational(size, 24) * Rational(5 * size - 1, 10 * size - 1));

double seconds(CommonOptions const& options, Checkpoint const& checkpoint, Workers& workers) {
    return seconds_to_train<SizedLayer, dimensions>(layers, options, workers, checkpoint);
}

SizeResult trained(CommonOptions const& options, Checkpoint& checkpoint, Workers& workers) {
    Evaluation<dimensions> const evaluation(workers);
    SizeResult result{.size = size, .exact = exact};
    result.scan = scan_learning_rate(evaluation, step_from_zero<dimensions>);
    SizedLayer const gradient_step = as_attention(step_from_zero<dimensions>(result.scan.learning_rate));

    auto const measured = [&](long step, SizedLayer const& layer) {
        return Measured{.step = static_cast<double>(step),
                        .loss_trained = evaluation.loss(layer),
                        // Before training, W_K^T W_Q has no scale but that of noise.
                        .loss_interpolated = step == 0 ? std::numeric_limits<double>::quiet_NaN() : number_or_nan([&] {
                            return evaluation.loss(interpolated<dimensions>(layer, gradient_step));
                        })};
    };
    auto const runs = train_runs<SizedLayer, Measured, dimensions>(layers, options, measured, workers, &checkpoint,
                                                                   "N = d = " + std::to_string(size));
    result.runs.assign(runs.begin(), runs.end());
    return result;
}

Linked<Size> const linked_size({.number = size, .seconds_to_train = seconds, .trained = trained});

}  // namespace
}  // namespace reproduce
