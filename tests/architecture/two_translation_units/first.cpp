// SPDX-License-Identifier: MIT
// A function that is not a template and not inline would be defined here and in second.cpp, and would not link. What is
// inline must be the same function in both.
#include "incontext/experiment/fitted_rates.hpp"
#include "incontext/experiment/spectrum.hpp"
#include "incontext/incontext.hpp"
#include "incontext/io/arrays.hpp"
#include "incontext/io/npy.hpp"
#include "incontext/io/npz.hpp"
#include "incontext/io/print.hpp"
#include "incontext/io/pytorch.hpp"
#include "incontext/io/safetensors.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

auto layer_of_second(GradientStep<sizes, double> const& step) -> LinearSelfAttention<sizes.tokens(), double>;

int main() {
    GradientStep<sizes, double> const step{.learning_rate = 0.5, .initial_weights = zero<double, 2, 3>()};
    return as_attention(step).output == layer_of_second(step).output ? 0 : 1;
}
