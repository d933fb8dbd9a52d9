// SPDX-License-Identifier: MIT
// A layer of three heads beside one of two.
//
// expected: for_each_parameter and for_each_member walk over trees with the same number of members
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 5, .context = 7};
using Head = LinearSelfAttention<shape, Modular>;
#ifdef BROKEN
using Other = MultiHeadAttention<Head, Head>;
#else
using Other = MultiHeadAttention<Head, Head, Head>;
#endif

int count_of_parameters(MultiHeadAttention<Head, Head, Head> const& layer, Other const& other) {
    int count = 0;
    for_each_parameter([&](char const*, auto const&, auto const&) { ++count; }, layer, other);
    return count;
}
