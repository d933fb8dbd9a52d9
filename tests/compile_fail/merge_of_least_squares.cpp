// SPDX-License-Identifier: MIT
// Two halves of a stream are learned apart by least squares in covariance form, and merged.
//
// expected: two memories of this rule cannot be merged, because its memory is no sum over the examples
// expected: this_rule_cannot_merge<
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Regressor = Rls<3, 2, float>;
#else
using Regressor = RidgeMemory<3, 2, float>;
#endif

Merged merge(Regressor& first, Regressor const& second) {
    return first.merge(second);
}
