// SPDX-License-Identifier: MIT
// A layer made for 2 inputs and 1 output is given tokens of 1 input and 2 outputs: both have 3 rows.
//
// expected: hold another number of inputs and outputs than those that the layer was made for
// expected: a_prompt_splits_its_tokens_otherwise_than_its_layer<incontext::Split<1, 2>, incontext::Split<2, 1>
#include "incontext/theorem.hpp"

using namespace incontext;

using Step = GradientStep<Dimensions{.input = 2, .output = 1, .context = 4}, Modular>;
#ifdef BROKEN
constexpr int input = 1;
#else
constexpr int input = 2;
#endif

auto updated(Step const& step, Matrix<Modular, input, 4> const& X, Matrix<Modular, 3 - input, 4> const& Y,
             Matrix<Modular, input, 1> const& query) {
    return as_attention(step)(embed(X, Y, query));
}
