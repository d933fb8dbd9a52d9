// SPDX-License-Identifier: MIT
// A matrix by itself has no names to walk over.
//
// expected: for_each_parameter and for_each_member walk over Boost.Hana structs, tuples and arrays of them
#include "incontext/theorem.hpp"

using namespace incontext;
using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, Modular>;

int count_of_matrices(Layer const& layer) {
    int count = 0;
    auto const visit = [&](char const*, auto const&) { ++count; };
#ifdef BROKEN
    for_each_parameter(visit, layer.query);
#else
    for_each_parameter(visit, layer);
#endif
    return count;
}
