// SPDX-License-Identifier: MIT
// A layer runs by no rule.
//
// expected: online<Rule>(layer) is made of a LinearSelfAttention
#include "incontext/theorem.hpp"
#include "incontext/online.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

auto one_by_one(Layer const& layer) {
#ifdef BROKEN
    return online(layer);
#else
    return online<DeltaRule>(layer);
#endif
}
