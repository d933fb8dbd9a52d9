// SPDX-License-Identifier: MIT
// One step of training of the models of the paper's second half, on 2048 fresh tasks.
//
//   work        softmax_2_heads_step     two softmax heads, keys of size 11
//               copying_step             positions, a softmax layer and a linear one on plain tokens
//               sine_step                embedding 2 -> 40, MLP 40 -> 160 -> 40 with biases, linear attention
//               blocks_12_step           12 blocks of four thin linear heads and an MLP 11 -> 44 -> 11, tokens cut at +-10
//               layer_norm_step          LayerNorm before one linear layer
//   compare     tasks/s; GFlop/s count the multiplications of loss and gradient in the form that runs, each with an addition; draws and the
//               functions exp, tanh and 1/sqrt are no flops, but take their time
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began, on as many threads
//
// Before anything is timed, the gradient is held against the loss: along itself the loss must rise as fast as its square, within 2 %.
#include <cmath>
#include <string>

#include "incontext/incontext.hpp"
#include "measure.hpp"

namespace {

using namespace incontext;
using namespace bench;

constexpr int batch = 2048;

constexpr Dimensions regression{.input = 10, .output = 1, .context = 10};
using Head = LinearSelfAttention<regression.tokens(), float>;
using SoftmaxHeads = SoftmaxAttention<MultiHeadAttention<Head, Head>>;
using NormalisedLayer = Normalised<Head>;

constexpr Dimensions plain{.input = 9, .output = 1, .context = 20};
using Positioned = LinearSelfAttention<TokenShape{.token_dim = 20, .context = 20}, float>;
using Copying = LayerStack<WithPositions<float, 10, SinusoidalPositions<10>>, SoftmaxAttention<Positioned>, Positioned>;

constexpr Dimensions wave{.input = 1, .output = 1, .context = 10};
using Embedded = LinearSelfAttention<TokenShape{.token_dim = 40, .context = 10}, float>;
using Sine =
    LayerStack<TokenWise<Linear<float, 2, 40>>, Residual<TokenWise<MLPWithBiases<float, 40, 160, 40>>>, Embedded>;

using ThinHead = LinearSelfAttention<regression.tokens(), float, 11, 11>;
using Attention = Clipped<MultiHeadAttention<ThinHead, ThinHead, ThinHead, ThinHead>>;
using FeedForward = Clipped<Residual<TokenWise<MLP<float, 11, 44, 11>>>>;
using Block = LayerStack<Attention, FeedForward>;
using Blocks = UntiedStack<Block, 12>;

/// Flops of loss and gradient of one task: the form is run on numbers that count.
template <Dimensions Sizes, class Model>
double flops() {
    using Form = FastForm<Model>;
    using Asked = TargetsOf<Form, Sizes>;
    return 2.0 * static_cast<double>(multiplications<Form, Sizes.tokens()>([](auto const& form, auto const& prompt) {
               auto const pass = forward_pass<Asked>(form, prompt);
               auto gradient = form;
               pull_back<Asked>(ParametersAlone{}, form, prompt, pass, result_of(pass), gradient);
           }));
}

template <Dimensions Sizes, class Model, class Distribution>
void step(benchmark::State& state, std::string const& name, int threads, float scale, Distribution const& tasks) {
    Model model;
    initialise(model, 0, {.scale = scale});
    Workers workers(threads);
    TrainingOptions const options{.batch = batch, .largest_gradient_norm = 10};
    Training<Sizes, Model, Distribution> training(model, options, workers, tasks);

    // The mean loss of the batch, theta + h g and theta - h g beside the gradient g at theta.
    Model gradient;
    static_cast<void>(training.loss_and_gradient(gradient));
    double square = 0;
    for_each_parameter([&](char const*, auto const& g) { square += static_cast<double>(g.squaredNorm()); }, gradient);
    auto const moved_loss = [&](double h) {
        Model moved = model;
        for_each_parameter([&](char const*, auto& at, auto const& g) { at += static_cast<float>(h) * g; }, moved,
                           gradient);
        Training<Sizes, Model, Distribution> at(moved, options, workers, tasks);
        Model unused;
        return static_cast<double>(at.loss_and_gradient(unused));
    };
    double const h = 0.01 / std::sqrt(square);
    double const slope = (moved_loss(h) - moved_loss(-h)) / (2 * h);
    require(std::abs(slope - square) <= 0.02 * square,
            name + ": the loss rises by " + text(slope) + " along its gradient, whose square is " + text(square));

    benchmark::DoNotOptimize(training);
    time(state, {.tasks = batch, .flops = batch * flops<Sizes, Model>(), .threads = threads}, [&] {
        float loss_of_step = training.step();
        benchmark::DoNotOptimize(loss_of_step);
    });
}

template <Dimensions Sizes, class Model, class Distribution>
void add_step(std::string const& work, float scale, Distribution const& tasks) {
    add(work, "incontext_lanes", batch, step<Sizes, Model, Distribution>, 1, scale, tasks)->UseRealTime();
    add(work, "incontext_lanes_2_threads", batch, step<Sizes, Model, Distribution>, 2, scale, tasks)->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
    add_step<regression, SoftmaxHeads>("softmax_2_heads_step", 0.1f, LinearRegression{});
    add_step<regression, NormalisedLayer>("layer_norm_step", 0.1f, LinearRegression{});
    add_step<plain, Copying>("copying_step", 0.1f, PlainTokens{});
    add_step<wave, Sine>("sine_step", 0.1f, SineWaves{});
    add_step<regression, Blocks>("blocks_12_step", 0.02f, LinearRegression{});
    return bench::run(argc, argv);
}
