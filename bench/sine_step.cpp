// SPDX-License-Identifier: MIT
// One step of training of the sine network, on 2048 fresh tasks.
//
//   work        sine_step                embedding 2 -> 40, MLP 40 -> 160 -> 40 with biases, linear attention
//   compare     tasks/s; GFlop/s count the multiplications of loss and gradient in the form that runs, each with an addition; draws and
//               exp, tanh and 1/sqrt are no flops, but take their time
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began, on as many threads
#include "incontext/incontext.hpp"
#include "measure.hpp"
#include "step_of_training.hpp"

namespace {

using namespace bench;

constexpr Dimensions wave{.input = 1, .output = 1, .context = 10};
using Embedded = LinearSelfAttention<TokenShape{.token_dim = 40, .context = 10}, float>;
using Sine =
    LayerStack<TokenWise<Linear<float, 2, 40>>, Residual<TokenWise<MLPWithBiases<float, 40, 160, 40>>>, Embedded>;

}  // namespace

int main(int argc, char** argv) {
    add_step<wave, Sine>("sine_step", 0.1f, words_of_sine_waves<wave>, SineWaves{});
    return bench::run(argc, argv);
}
