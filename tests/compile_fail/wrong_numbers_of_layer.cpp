// SPDX-License-Identifier: MIT
// A layer of floats applied to a prompt of doubles.
//
// expected: a prompt holds other numbers than the layer it is given to
// expected: a_prompt_has_other_numbers_than_its_layer<double, float>
#include "incontext/theorem.hpp"
#include "incontext/matrix/eigen.hpp"

using namespace incontext;
constexpr TokenShape shape{.token_dim = 5, .context = 7};

#ifdef BROKEN
using Number = double;
#else
using Number = Lanes<float, 16>;
#endif

auto updated(LinearSelfAttention<shape, float> const& layer, Prompt<shape, Number> const& prompt) {
    return layer(prompt);
}
