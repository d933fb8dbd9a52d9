// SPDX-License-Identifier: MIT
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

auto layer_of_second(GradientStep<sizes, double> const& step) -> LinearSelfAttention<sizes.tokens(), double> {
    return as_attention(step);
}
