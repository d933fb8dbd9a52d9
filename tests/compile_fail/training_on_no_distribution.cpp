// SPDX-License-Identifier: MIT
// Layer and distribution exchanged for options: the third argument draws tasks.
//
// expected: a distribution of tasks is a struct with a const member template draw<Sizes>(keys)
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
using Layer = LinearSelfAttention<sizes.tokens(), float>;

#ifdef BROKEN
using Run = Training<sizes, Layer, TrainingOptions>;
#else
using Run = Training<sizes, Layer, NoisyTargets>;
#endif

long steps(Run const& training) {
    return training.steps();
}
