// SPDX-License-Identifier: MIT
// A training without the threads that it runs on.
//
// expected: a layer is trained and evaluated by initialise(layer, seed)
// expected: a_training_is_set_up_so<incontext::LinearSelfAttention<
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

float loss(Layer const& layer) {
    Workers workers(1);
#ifdef BROKEN
    Training<sizes, Layer> training(layer, TrainingOptions{});
#else
    Training<sizes, Layer> training(layer, TrainingOptions{}, workers);
#endif
    return training.step();
}
