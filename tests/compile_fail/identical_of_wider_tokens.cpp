// SPDX-License-Identifier: MIT
// An embedding by itself is compared with another: only updates that keep the dimension of tokens are.
//
// expected: identical, different and agree compare such updates alone
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
#ifdef BROKEN
constexpr auto embedding = []<class Any>(Any) { return TokenWise<Linear<typename Any::Scalar, 3, 40>>{}; };
#else
constexpr auto embedding = []<class Any>(Any) { return TokenWise<Linear<typename Any::Scalar, 3, 3>>{}; };
#endif

static_assert(identical<sizes>(embedding, embedding));
