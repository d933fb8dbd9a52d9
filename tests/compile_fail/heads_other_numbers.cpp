// SPDX-License-Identifier: MIT
// Two heads of one layer, one of integers modulo a prime, one of fractions.
//
// expected: the heads of one layer must hold the same numbers
#include "incontext/theorem.hpp"

using namespace incontext;
constexpr TokenShape shape{.token_dim = 5, .context = 7};
using Head = LinearSelfAttention<shape, Modular>;

#ifdef BROKEN
using OtherHead = LinearSelfAttention<shape, Rational>;
#else
using OtherHead = Head;
#endif

auto layer(Head const& first, OtherHead const& second) {
    return heads(first, second);
}
