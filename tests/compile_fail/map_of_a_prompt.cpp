// SPDX-License-Identifier: MIT
// An MLP as a layer.
//
// expected: a map of tokens is given a matrix whose columns are tokens
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};

auto answered(MLP<Modular, 3, 8, 3> const& map, Prompt<shape, Modular> const& prompt) {
#ifdef BROKEN
    return map(prompt);
#else
    return token_wise(map)(prompt);
#endif
}
