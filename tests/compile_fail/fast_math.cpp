// SPDX-License-Identifier: MIT
// A stream is summed up in a file that is compiled with -ffast-math: the compiler may leave out what carries on the rounding.
//
// options when broken: -ffast-math
// expected: compensated sums and checks for finite numbers need IEEE arithmetic: compile this file without -ffast-math,
// expected: -Ofast, -ffinite-math-only, -fassociative-math and -funsafe-math-optimizations
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
using Model = LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>;

#ifdef BROKEN
// g++ -std=c++20 -O2 -ffast-math
#else
// g++ -std=c++20 -O2
#endif
Observation show(StreamingContext<sizes, Model>& context) {
    return context.observe(Eigen::Vector2f(1, 2), Eigen::Matrix<float, 1, 1>(3));
}
