// SPDX-License-Identifier: MIT
// One step of training against plain double; determinism; what stops it.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/experiment/exact_optimum.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "incontext/task/noisy_targets.hpp"
#include "incontext/training/initialisation.hpp"
#include "incontext/training/training.hpp"
#include "support/drawn.hpp"
#include "support/plain.hpp"

namespace {

using namespace incontext;
using test::sizes;

using FirstHead = LinearSelfAttention<sizes.tokens(), float>;
using SecondHead = LinearSelfAttention<sizes.tokens(), float, 6, 8>;
using TwoHeads = MultiHeadAttention<FirstHead, SecondHead>;

constexpr std::uint32_t seed = 21;

/// Weights of a sensible size: fourths.
TwoHeads two_heads() {
    auto result = test::drawn_parameters<TwoHeads>(1);
    for_each_parameter([](char const*, auto& projection) { projection *= 0.25f; }, result);
    return result;
}

/// All parameters one after the other.
template <class Layer>
std::vector<float> entries_of(Layer const& layer) {
    std::vector<float> all;
    for_each_parameter(
        [&](char const*, auto const& matrix) {
            for (int row = 0; row < rows_of<decltype(matrix)>; ++row) {
                for (int col = 0; col < cols_of<decltype(matrix)>; ++col) {
                    all.push_back(matrix(row, col));
                }
            }
        },
        layer);
    return all;
}

template <class Layer>
bool same_bits(Layer const& a, Layer const& b) {
    auto const x = entries_of(a);
    auto const y = entries_of(b);
    return std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0;
}

/// The tasks of one step: split(fold(fold(seed, training), step), batch).
std::vector<test::PlainTask> tasks_of_step(std::uint32_t step, int batch) {
    return test::plain_tasks<sizes>(folded_in(folded_in(key_of_seed<1>(seed), training_stream), step), batch);
}

/// The loss is quadratic in each weight by itself (the prediction is linear in it), so this central difference is its
/// derivative, whatever h; only double rounds.
double derivative(test::PlainLayer layer, std::vector<test::PlainTask> const& tasks, std::size_t head,
                  std::size_t projection, std::size_t entry, double h) {
    double& weight = layer[head][projection].entries[entry];
    weight += h;
    double const above = test::mean_loss(layer, tasks);
    weight -= 2 * h;
    double const below = test::mean_loss(layer, tasks);
    return (above - below) / (2 * h);
}

// The residual: prediction (heads of key size at most 6, value size at most 8) less target.
constexpr int roundings_of_residual = test::roundings_of_query(5, 6, 8, 7, 2) + 1;
// The loss: squared; 8 outputs of queries; at most 19 packs; 16 lanes as a tree; 16 chunks; the mean and its factor.
constexpr int roundings_of_mean = 19 + 4 + 16 + 2;
constexpr int roundings_of_loss = 2 * roundings_of_residual + 1 + 8 + roundings_of_mean;
// The gradient: the residual times its weight, back through P, W_V, G (7 to form), W_K and over the 4 queries.
constexpr int roundings_of_gradient = roundings_of_residual + 1 + 5 + 8 + (5 + 7) + 6 + 4 + roundings_of_mean;

TEST_CASE("the loss of a batch is the mean over exactly its tasks, whatever its size") {
    Workers workers(2);
    auto const layer = test::plain_layer(two_heads());
    for (int batch : {1, 16, 37, 300}) {  // a part of a pack, one pack, three chunks, more packs than chunks
        CAPTURE(batch);
        Training<sizes, TwoHeads> training(two_heads(), {.batch = batch, .seed = seed}, workers);
        TwoHeads gradient;
        auto const loss = static_cast<double>(training.loss_and_gradient(gradient));
        auto const tasks = tasks_of_step(0, batch);
        double const bound =
            test::float_bound(roundings_of_loss, test::mean_loss(test::absolute(layer), test::absolute(tasks)));
        double const exact = test::mean_loss(layer, tasks);
        REQUIRE(std::abs(loss - exact) <= bound);
        REQUIRE(bound < exact / batch);  // so that a task more or less would be seen
    }
}

TEST_CASE("the gradient of a batch of 37 is the derivative of its loss, for every weight of every head") {
    Workers workers(2);
    Training<sizes, TwoHeads> training(two_heads(), {.batch = 37, .seed = seed}, workers);
    TwoHeads gradient;
    static_cast<void>(training.loss_and_gradient(gradient));
    auto const computed = test::plain_layer(gradient);
    auto const layer = test::plain_layer(two_heads());
    auto const tasks = tasks_of_step(0, 37);
    auto const absolute_layer = test::absolute(layer);
    auto const absolute_tasks = test::absolute(tasks);
    // The mean losses in double: fewer than 500 roundings of at most this, over h = 1.
    int wrong = 0;
    int weights = 0;
    double squares_of_bounds = 0;
    double squares = 0;
    for (std::size_t head = 0; head < 2; ++head) {
        for (std::size_t projection = 0; projection < 4; ++projection) {
            for (std::size_t entry = 0; entry < layer[head][projection].entries.size(); ++entry) {
                double const exact = derivative(layer, tasks, head, projection, entry, 1);
                auto larger = absolute_layer;
                larger[head][projection].entries[entry] += 1;
                double const largest_loss = test::mean_loss(larger, absolute_tasks);
                // On absolute values the derivative is the sum of the absolute values of its terms.
                double const magnitude = derivative(absolute_layer, absolute_tasks, head, projection, entry, 1);
                double const bound = test::float_bound(roundings_of_gradient, magnitude) + 500 * 0x1p-53 * largest_loss;
                wrong += !(std::abs(computed[head][projection].entries[entry] - exact) <= bound);
                squares_of_bounds += bound * bound;
                squares += exact * exact;
                ++weights;
            }
        }
    }
    REQUIRE(wrong == 0);
    REQUIRE(weights == 4 * 5 * 5 + 2 * 6 * 5 + 2 * 8 * 5);
    REQUIRE(squares_of_bounds < 1e-4 * squares);  // the bounds are below a hundredth of the gradient
}

TEST_CASE("every step draws fresh tasks, and asking twice draws the same") {
    Workers workers(1);
    Training<sizes, TwoHeads> training(two_heads(), {.batch = 37, .seed = seed}, workers);
    TwoHeads gradient;
    float const first = training.loss_and_gradient(gradient);
    REQUIRE(training.loss_and_gradient(gradient) == first);
    REQUIRE(training.step() == first);
    REQUIRE(training.steps() == 1);

    auto const layer = test::plain_layer(training.layer());
    auto const tasks = tasks_of_step(1, 37);
    double const bound =
        test::float_bound(roundings_of_loss, test::mean_loss(test::absolute(layer), test::absolute(tasks)));
    REQUIRE(std::abs(static_cast<double>(training.loss_and_gradient(gradient)) - test::mean_loss(layer, tasks)) <=
            bound);
}

TEST_CASE("without fresh tasks every step is on the tasks of the first") {
    Workers workers(1);
    TrainingOptions const options{.batch = 37, .seed = seed, .fresh_tasks = false};
    Training<sizes, TwoHeads> training(two_heads(), options, workers);
    TwoHeads gradient;
    float const first = training.loss_and_gradient(gradient);
    training.step();
    training.step();
    auto const two_steps_later = training.state().optimiser;
    training.restore({.layer = two_heads(), .optimiser = two_steps_later});
    REQUIRE(training.steps() == 2);
    REQUIRE(training.loss_and_gradient(gradient) == first);

    Training<sizes, TwoHeads> fresh(two_heads(), {.batch = 37, .seed = seed}, workers);
    REQUIRE(fresh.loss_and_gradient(gradient) == first);
    fresh.restore({.layer = two_heads(), .optimiser = two_steps_later});
    REQUIRE(fresh.loss_and_gradient(gradient) != first);
}

TEST_CASE("repeated steps are on the tasks of the first few, in their order") {
    Workers workers(1);
    constexpr std::uint32_t period = 3;
    TrainingOptions const options{.batch = 37, .seed = seed, .repeated_steps = period};
    Training<sizes, TwoHeads> training(two_heads(), options, workers);
    Training<sizes, TwoHeads> fresh(two_heads(), {.batch = 37, .seed = seed}, workers);
    for (int step = 0; step < 8; ++step) {
        // The same layer, the moments of as many steps: only the tasks can differ from those of step modulo 3.
        auto state = training.state();
        state.layer = two_heads();
        training.restore(state);
        state.optimiser.steps = step % 3;
        fresh.restore(state);
        TwoHeads gradient;
        TwoHeads gradient_of_fresh;
        REQUIRE(training.steps() == step);
        REQUIRE(training.loss_and_gradient(gradient) == fresh.loss_and_gradient(gradient_of_fresh));
        REQUIRE(same_bits(gradient, gradient_of_fresh));
        training.step();
    }

    // One repeated step is a fixed batch.
    Training<sizes, TwoHeads> one(two_heads(), {.batch = 37, .seed = seed, .repeated_steps = 1}, workers);
    Training<sizes, TwoHeads> fixed(two_heads(), {.batch = 37, .seed = seed, .fresh_tasks = false}, workers);
    for (int step = 0; step < 3; ++step) {
        REQUIRE(one.step() == fixed.step());
    }
    REQUIRE(same_bits(one.layer(), fixed.layer()));
}

TEST_CASE("a step is the gradient, clipped, given to Adam") {
    Workers workers(1);
    TrainingOptions const options{
        .batch = 37, .seed = seed, .largest_gradient_norm = 0.01, .adam = {.learning_rate = 0.1f}};
    Training<sizes, TwoHeads> training(two_heads(), options, workers);
    TwoHeads expected = two_heads();
    Adam<TwoHeads> adam(options.adam);
    for (int step = 0; step < 3; ++step) {
        TwoHeads gradient;
        static_cast<void>(training.loss_and_gradient(gradient));
        REQUIRE(clip_by_global_norm(gradient, options.largest_gradient_norm) > options.largest_gradient_norm);
        adam.update(expected, gradient);
        training.step();
        REQUIRE(same_bits(training.layer(), expected));
    }
}

/// The layer after some steps, and the losses on the way.
struct Run {
    TwoHeads layer;
    std::vector<float> losses;
};

Run run(int threads, std::uint32_t run_seed) {
    Workers workers(threads);
    Training<sizes, TwoHeads> training(two_heads(), {.batch = 530, .seed = run_seed}, workers);
    Run result;
    for (int step = 0; step < 10; ++step) {
        result.losses.push_back(training.step());
    }
    result.layer = training.layer();
    return result;
}

TEST_CASE("the same seed gives the same bits for any number of threads") {
    Run const expected = run(1, seed);
    for (int threads = 1; threads <= 4; ++threads) {
        CAPTURE(threads);
        Run const other = run(threads, seed);
        REQUIRE(other.losses == expected.losses);
        REQUIRE(same_bits(other.layer, expected.layer));
    }
}

TEST_CASE("another seed is another run") {
    REQUIRE_FALSE(run(1, seed).losses == run(1, seed + 1).losses);
}

TEST_CASE("a training that is given the state of another takes the steps that the other would have taken") {
    Workers workers(2);
    TrainingOptions const options{.batch = 37, .seed = seed};
    Training<sizes, TwoHeads> whole(two_heads(), options, workers);
    for (int step = 0; step < 3; ++step) {
        whole.step();
    }
    TrainingState<TwoHeads> state = whole.state();
    TwoHeads nothing;
    set_zero(nothing);
    Training<sizes, TwoHeads> restored(nothing, options, workers);
    restored.restore(state);
    REQUIRE(restored.steps() == 3);
    for (int step = 0; step < 3; ++step) {
        REQUIRE(restored.step() == whole.step());
        REQUIRE(same_bits(restored.layer(), whole.layer()));
    }
    for (long const impossible : {-1L, std::numeric_limits<long>::min(), std::numeric_limits<long>::max(),
                                  std::numeric_limits<long>::max() - 1}) {
        state.optimiser.steps = impossible;
        REQUIRE_THROWS_AS(restored.restore(state), std::invalid_argument);
    }
    REQUIRE(restored.steps() == 6);
}

TEST_CASE("training from small weights lowers the loss to near that of the best gradient step") {
    constexpr Dimensions small{.input = 3, .output = 1, .context = 7};
    using Layer = LinearSelfAttention<small.tokens(), float>;
    constexpr OneStepOptimum optimum = one_step_optimum(uniform_inputs(), small.input, small.context);
    Workers workers(2);
    Layer initial;
    initialise(initial, 0, {.scale = 0.1f});
    Training<small, Layer> training(
        initial, {.batch = 256, .seed = 3, .largest_gradient_norm = 1, .adam = {.learning_rate = 1e-2f}}, workers);
    Evaluation<small> const evaluation(workers, {}, 8, 4000);
    double const before = evaluation.loss(training.layer());
    for (int step = 0; step < 600; ++step) {
        training.step();
    }
    double const after = evaluation.loss(training.layer());
    // A layer of zeros has 1/2 sigma^2 d = 1/8; the best step 1/28. Half way between them is progress, which neither a
    // wrong sign nor a wrong scale makes, and no layer of this kind is far below the best step. The evaluation's own error
    // is below .005 (4,000 tasks of standard deviation below .3, five standard errors: .024; both sides allow for it).
    auto const best = static_cast<double>(optimum.loss);
    CAPTURE(before, after, best);
    REQUIRE(before > 0.1);
    REQUIRE(after < (before + best) / 2);
    REQUIRE(after > best / 2);
}

/// What a step says when it cannot be taken; empty if it can.
std::string complaint(Training<sizes, TwoHeads>& training) {
    try {
        training.step();
    } catch (NonFiniteLoss const& error) {
        return error.what();
    }
    return "";
}

bool contains(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("a loss that is not finite stops training, names step and seed, and leaves the layer as it was") {
    Workers workers(2);
    Training<sizes, TwoHeads> training(two_heads(), {.batch = 37, .seed = 4242, .adam = {.learning_rate = 1e30f}},
                                       workers);
    REQUIRE(std::isfinite(training.step()));  // the weights are about 1e30 now
    TwoHeads const before = training.layer();
    REQUIRE(contains(complaint(training), "not finite at step 1 with seed 4242"));
    REQUIRE(same_bits(training.layer(), before));
    REQUIRE(training.steps() == 1);
    REQUIRE_THROWS_AS(training.step(), NonFiniteLoss);  // again: nothing has changed
}

TEST_CASE("what fills up a batch overflows only where a task of the batch does") {
    // The loss of the only task is large. Of other tasks of this seed the loss is beyond the range.
    constexpr Dimensions small{.input = 2, .output = 1, .context = 3};
    using Layer = LinearSelfAttention<small.tokens(), float>;
    Layer layer = as_attention(GradientStep<small, float>{.learning_rate = 1.0f, .initial_weights = {}});
    layer.output *= 1e20f;
    Workers workers(1);
    int finite = 0;
    for (std::uint32_t seed_of_batch = 0; seed_of_batch < 200; ++seed_of_batch) {
        CAPTURE(seed_of_batch);
        Training<small, Layer> training(layer, {.batch = 1, .seed = seed_of_batch}, workers);
        Layer gradient;
        auto const loss = static_cast<double>(training.loss_and_gradient(gradient));
        auto const step_key = folded_in(folded_in(key_of_seed<1>(seed_of_batch), training_stream), 0);
        auto const task = LinearRegression{}.draw<small>(split_key(step_key, 1, Lanes<std::uint32_t, 1>(0)));
        auto const in_double = [](auto const& number) { return static_cast<double>(number[0]); };
        auto const exact_layer = converted<double>(layer, [](float weight) { return static_cast<double>(weight); });
        Matrix<double, 1, 1> const predicted =
            prediction_of(answer<QueryTargets<small>>(exact_layer, converted<double>(task.prompt, in_double)));
        double const exact = task_loss<small, double>(predicted, converted<double>(task.target, in_double));
        if (exact < 1e38) {
            ++finite;
            REQUIRE(loss == Approx(exact).epsilon(1e-4));
            REQUIRE(gradient.output.allFinite());  // that of the others is 1e20 times as large
        }
    }
    REQUIRE(finite > 190);
}

TEST_CASE("a derivative that overflows where the loss does not stops training, too") {
    Workers workers(1);
    using Layer = LinearSelfAttention<sizes.tokens(), float>;
    Layer layer;
    layer.query.setConstant(1e15f);
    layer.key.setConstant(1);
    layer.value.setConstant(1e25f);
    layer.output.setConstant(1e-37f);
    Training<sizes, Layer> training(layer, {.batch = 16}, workers);
    Layer gradient;
    REQUIRE(std::isfinite(training.loss_and_gradient(gradient)));
    REQUIRE_FALSE(std::isfinite(global_norm(gradient)));
    REQUIRE_THROWS_AS(training.step(), NonFiniteLoss);
    REQUIRE(training.layer().output == layer.output);
    REQUIRE(training.steps() == 0);
}

TEST_CASE("weights that are not a number stop training at its first step") {
    Workers workers(1);
    TwoHeads layer = two_heads();
    element<0>(layer.heads).output(4, 4) = std::numeric_limits<float>::quiet_NaN();
    Training<sizes, TwoHeads> training(layer, {.batch = 37, .seed = 7}, workers);
    REQUIRE(contains(complaint(training), "at step 0 with seed 7"));
}

TEST_CASE("a step that would make a layer of infinities or NaN stops training, and loses nothing") {
    Workers workers(1);
    // The derivative of a layer of zeros is 0, so Adam's step is 0/0 where epsilon is 0.
    TwoHeads zeros;
    set_zero(zeros);
    for (float const rate : {1e-3f, 0.0f}) {
        Training<sizes, TwoHeads> of_zeros(
            zeros, {.batch = 37, .seed = 12, .adam = {.learning_rate = rate, .epsilon = 0}}, workers);
        REQUIRE(contains(complaint(of_zeros), "the layer after it is not finite at step 0 with seed 12"));
        REQUIRE(same_bits(of_zeros.layer(), zeros));
        REQUIRE(of_zeros.steps() == 0);
    }
    // A decay of weights that is infinite at once, after a step without.
    Training<sizes, TwoHeads> sane(two_heads(), {.batch = 37, .seed = 13}, workers);
    static_cast<void>(sane.step());
    auto const before = sane.state();
    AdamOptions const adam{.learning_rate = 1e30f, .weight_decay = 1e10f};
    Training<sizes, TwoHeads> too_fast(two_heads(), {.batch = 37, .seed = 13, .adam = adam}, workers);
    too_fast.restore(before);
    REQUIRE(contains(complaint(too_fast), "not finite at step 1 with seed 13"));
    REQUIRE(too_fast.steps() == 1);
    REQUIRE(same_bits(too_fast.layer(), before.layer));
    REQUIRE(same_bits(too_fast.state().optimiser.first_moment, before.optimiser.first_moment));
    REQUIRE(same_bits(too_fast.state().optimiser.second_moment, before.optimiser.second_moment));
}

TEST_CASE("gradients whose squares overflow take the steps of Adam's formula") {
    Workers workers(1);
    using Layer = LinearSelfAttention<sizes.tokens(), float>;
    Layer layer{};
    initialise(layer, 0, {.scale = 1});
    for (double const largest : {1e30, std::numeric_limits<double>::infinity()}) {
        Training<sizes, Layer, LinearRegression> training(layer, {.batch = 64, .largest_gradient_norm = largest},
                                                          workers, {.target_scale = 1e8f});
        Layer gradient;
        static_cast<void>(training.loss_and_gradient(gradient));
        REQUIRE(global_norm(gradient) > 2e19);  // squared: 4e38
        REQUIRE(std::isfinite(training.step()));
        // The first step moves every weight that has a gradient by the rate.
        auto const g = entries_of(gradient);
        auto const before = entries_of(layer);
        auto const after = entries_of(training.layer());
        for (std::size_t i = 0; i < g.size(); ++i) {
            CAPTURE(i, g[i]);
            float const expected = std::abs(g[i]) < 1 ? 0 : g[i] > 0 ? -1e-3f : 1e-3f;
            if (g[i] == 0 || std::abs(g[i]) >= 1) {
                REQUIRE(std::abs(after[i] - before[i] - expected) <= 1e-6f);  // a weight of 4 is rounded to half of it
            }
        }
    }
}

TEST_CASE("a largest norm that is none is refused; an infinite one clips nothing") {
    Workers workers(1);
    using Trainer = Training<sizes, TwoHeads>;
    for (double const wrong : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
        CAPTURE(wrong);
        REQUIRE_THROWS_AS(Trainer(two_heads(), {.batch = 16, .largest_gradient_norm = wrong}, workers),
                          std::invalid_argument);
    }
    Trainer training(two_heads(), {.batch = 16, .largest_gradient_norm = std::numeric_limits<double>::infinity()},
                     workers);
    REQUIRE(std::isfinite(training.step()));
    REQUIRE_THROWS_AS(Trainer(two_heads(), {.adam = {.learning_rate = -1}}, workers), std::invalid_argument);
}

TEST_CASE("a batch needs at least one task") {
    Workers workers(1);
    using Trainer = Training<sizes, TwoHeads>;
    REQUIRE_THROWS_AS(Trainer(two_heads(), {.batch = 0}, workers), std::invalid_argument);
    REQUIRE_THROWS_AS(Trainer(two_heads(), {.batch = -16}, workers), std::invalid_argument);
}

TEST_CASE("any update trains on any distribution of tasks: a learning rate by dual numbers, on noisy targets") {
    // A gradient step writes no pass. Its loss is a quadratic polynomial of the learning rate, so the central difference is
    // exact but for rounding: losses below 10 in float, divided by 2 h = 1, err by less than 1e-5.
    using Step = GradientStep<sizes, float>;
    Workers workers(1);
    NoisyTargets const distribution{.noisy_tokens = 2};
    auto const training_at = [&](float rate) {
        Step step{.learning_rate = rate, .initial_weights = zero<float, sizes.output, sizes.input>()};
        return Training<sizes, Step, NoisyTargets>(step, {.batch = 40, .seed = 3}, workers, distribution);
    };
    Step gradient;
    Step unused;
    static_cast<void>(training_at(1).loss_and_gradient(gradient));
    float const above_it = training_at(1.5f).loss_and_gradient(unused);
    float const below_it = training_at(0.5f).loss_and_gradient(unused);
    REQUIRE(std::abs(above_it) < 10);
    CHECK(std::abs(gradient.learning_rate - (above_it - below_it)) < 1e-5);
    CHECK(std::abs(gradient.learning_rate) > 1e-2);
    CHECK(!gradient.initial_weights.isZero(1e-3f));

    auto training = training_at(0);
    float const first = training.step();
    for (int step = 0; step < 20; ++step) {
        static_cast<void>(training.step());
    }
    CHECK(training.layer().learning_rate > 0.01f);
    CHECK(training.steps() == 21);
    CHECK(first > 0);
}

}  // namespace
