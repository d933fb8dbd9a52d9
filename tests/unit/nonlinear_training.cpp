// SPDX-License-Identifier: MIT
// Models of unlike layers train: embedding, MLP, softmax, norm; the same bits on any number of threads; frozen layers stay.
#include "catch.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/stack/normalised.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/task/sine_waves.hpp"
#include "incontext/theorem_nonlinear.hpp"
#include "incontext/training/initialisation.hpp"
#include "incontext/training/training.hpp"

namespace {

using namespace incontext;

TEST_CASE("a model with embedding, MLP, softmax and norm learns") {
    constexpr Dimensions wave{.input = 1, .output = 1, .context = 6};
    constexpr TokenShape wide{.token_dim = 8, .context = 6};
    using Attention = LinearSelfAttention<wide, float>;
    using Model = LayerStack<TokenWise<Linear<float, 2, 8>>, Residual<TokenWise<MLPWithBiases<float, 8, 16, 8>>>,
                             Normalised<SoftmaxAttention<Attention>>>;
    Model model;
    initialise(model, 3, {.scale = 0.5f});
    REQUIRE(model.layer_at<2>().norm.map.scale(5, 0) == 1);
    REQUIRE(model.layer_at<1>().layer.map.first_bias(5, 0) == 0);
    Workers workers(2);
    Training<wave, Model, SineWaves> training(
        model, {.batch = 256, .largest_gradient_norm = 10, .adam = {.learning_rate = 3e-3f}}, workers);
    Evaluation<wave> const evaluation(workers, SineWaves{}, 7, 500);
    double const before = evaluation.loss(training.layer());
    for (int step = 0; step < 60; ++step) {
        training.step();
    }
    REQUIRE(evaluation.loss(training.layer()) < 0.9 * before);

    // The same bits on one thread.
    Workers alone(1);
    Training<wave, Model, SineWaves> again(
        model, {.batch = 256, .largest_gradient_norm = 10, .adam = {.learning_rate = 3e-3f}}, alone);
    for (int step = 0; step < 60; ++step) {
        again.step();
    }
    bool same = true;
    for_each_parameter([&](char const*, auto const& a, auto const& b) { same = same && a == b; }, training.layer(),
                       again.layer());
    REQUIRE(same);
}

TEST_CASE("a frozen layer is not moved by training") {
    constexpr Dimensions wave{.input = 1, .output = 1, .context = 6};
    using Attention = LinearSelfAttention<wave.tokens(), float>;
    using Model = LayerStack<Residual<TokenWise<MLP<float, 2, 4, 2>>>, Frozen<Attention>>;
    Model model;
    initialise(model, 3, {.scale = 0.5f});
    Workers workers(1);
    // Neither by the decay of weights, nor by a division 0/0 where Adam's epsilon is 0.
    AdamOptions const adam{.epsilon = 0, .weight_decay = 0.5f};
    Training<wave, Model, SineWaves> training(model, {.batch = 64, .largest_gradient_norm = 10, .adam = adam}, workers);
    for (int step = 0; step < 5; ++step) {
        training.step();
    }
    auto const& after = training.layer();
    REQUIRE(after.layer_at<1>().layer.query == model.layer_at<1>().layer.query);
    REQUIRE(after.layer_at<1>().layer.output == model.layer_at<1>().layer.output);
    REQUIRE_FALSE(after.layer_at<0>().layer.map.first == model.layer_at<0>().layer.map.first);
}

}  // namespace
