// SPDX-License-Identifier: MIT
// An evaluation keeps threads that are gone when it is asked.
//
// expected: a layer is trained and evaluated by initialise(layer, seed)
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

double loss(Layer const& layer) {
#ifdef BROKEN
    Evaluation<sizes> const evaluation(Workers(1));
#else
    Workers workers(1);
    Evaluation<sizes> const evaluation(workers);
#endif
    return evaluation.loss(layer);
}
