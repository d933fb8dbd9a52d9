// SPDX-License-Identifier: MIT
// agree follows rounding through exp, and not through 1/sqrt.
//
// expected: agree does not follow rounding through tanh, 1/sqrt, ReLU and AnyFunction
#include "incontext/incontext.hpp"
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 5};

#ifdef BROKEN
TokenWise<LayerNorm<float, 3>> const update{};
#else
TokenWise<Linear<float, 3, 3>> const update{};
#endif

auto const answer = agree(update, update, PromptOf<sizes, float>{});
