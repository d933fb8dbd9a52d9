// SPDX-License-Identifier: MIT
// The largest stable rate of a rule that says none: with momentum it depends on more than the inputs.
//
// expected: nothing is known about the rates at which this rule is stable
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Rule = MomentumRule<MemoryShape{3, 2}, float>;
#else
using Rule = GatedDeltaRule<MemoryShape{3, 2}, float>;
#endif

float largest(StreamingRegressor<Rule> const& regressor) {
    return regressor.largest_stable_learning_rate();
}
