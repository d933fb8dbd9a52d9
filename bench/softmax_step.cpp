// SPDX-License-Identifier: MIT
// One step of training of models with a softmax or a LayerNorm, on 2048 fresh tasks.
//
//   work        softmax_2_heads_step     two softmax heads, keys of size 11
//               layer_norm_step          LayerNorm before one linear layer
//               copying_step             positions, a softmax layer and a linear one on plain tokens
//   compare     tasks/s; GFlop/s count the multiplications of loss and gradient in the form that runs, each with an addition; draws and
//               exp, tanh and 1/sqrt are no flops, but take their time
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began, on as many threads
#include "incontext/incontext.hpp"
#include "measure.hpp"
#include "step_of_training.hpp"

namespace {

using namespace bench;

constexpr Dimensions regression{.input = 10, .output = 1, .context = 10};
using Head = LinearSelfAttention<regression.tokens(), float>;
using SoftmaxHeads = SoftmaxAttention<MultiHeadAttention<Head, Head>>;
using NormalisedLayer = Normalised<Head>;

constexpr Dimensions plain{.input = 9, .output = 1, .context = 20};
using Positioned = LinearSelfAttention<TokenShape{.token_dim = 20, .context = 20}, float>;
using Copying = LayerStack<WithPositions<float, 10, SinusoidalPositions<10>>, SoftmaxAttention<Positioned>, Positioned>;

}  // namespace

int main(int argc, char** argv) {
    constexpr double words = words_of_linear_regression<regression>;
    add_step<regression, SoftmaxHeads>("softmax_2_heads_step", 0.1f, words, LinearRegression{});
    add_step<regression, NormalisedLayer>("layer_norm_step", 0.1f, words, LinearRegression{});
    // Plain tokens are drawn as the tasks of ten inputs, of which nine and the target are shown one after the other.
    add_step<plain, Copying>("copying_step", 0.1f, words, PlainTokens{});
    return bench::run(argc, argv);
}
