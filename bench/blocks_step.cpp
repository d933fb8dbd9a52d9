// SPDX-License-Identifier: MIT
// One step of training of 12 blocks of attention and MLP, on 2048 fresh tasks.
//
//   work        blocks_12_step           12 blocks of four thin linear heads and an MLP 11 -> 44 -> 11, tokens cut at +-10
//   compare     tasks/s; GFlop/s count the multiplications of loss and gradient in the form that runs, each with an addition; draws and
//               exp, tanh and 1/sqrt are no flops, but take their time
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began, on as many threads
#include "incontext/incontext.hpp"
#include "measure.hpp"
#include "step_of_training.hpp"

namespace {

using namespace bench;

constexpr Dimensions regression{.input = 10, .output = 1, .context = 10};

using ThinHead = LinearSelfAttention<regression.tokens(), float, 11, 11>;
using Attention = Clipped<MultiHeadAttention<ThinHead, ThinHead, ThinHead, ThinHead>>;
using FeedForward = Clipped<Residual<TokenWise<MLP<float, 11, 44, 11>>>>;
using Block = LayerStack<Attention, FeedForward>;
using Blocks = UntiedStack<Block, 12>;

}  // namespace

int main(int argc, char** argv) {
    add_step<regression, Blocks>("blocks_12_step", 0.02f, words_of_linear_regression<regression>, LinearRegression{});
    return bench::run(argc, argv);
}
