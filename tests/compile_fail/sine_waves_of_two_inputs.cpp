// SPDX-License-Identifier: MIT
// Sine waves of vectors do not exist here.
//
// expected: sine waves have one input and one output
#include "incontext/task/sine_waves.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr Dimensions sizes{.input = 2, .output = 1, .context = 10};
#else
constexpr Dimensions sizes{.input = 1, .output = 1, .context = 10};
#endif
auto drawn(Keys<16> const& keys) {
    return SineWaves{}.draw<sizes>(keys);
}
