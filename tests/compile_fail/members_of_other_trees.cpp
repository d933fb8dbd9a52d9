// SPDX-License-Identifier: MIT
// Two layers side by side that do not have the same members.
//
// expected: for_each_parameter and for_each_member walk over trees with the same number of members
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 5, .context = 7};
using Layer = LinearSelfAttention<shape, Modular>;
#ifdef BROKEN
using Other = Damped<Layer>;
#else
using Other = LinearSelfAttention<shape, Rational>;
#endif

int count_of_members(Layer const& layer, Other const& other) {
    int count = 0;
    for_each_member([&](auto const&, auto const&) { ++count; }, layer, other);
    return count;
}
