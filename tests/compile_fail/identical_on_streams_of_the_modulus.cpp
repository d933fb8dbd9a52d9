// SPDX-License-Identifier: MIT
// A form that raises an answer to the power p = 2^61 - 1: x^p is x in the field of integers modulo p, and nowhere else.
//
// expected: the degree of these updates (the first number in this message) is above 2^30
// expected-gcc: the_degree_is_not_far_below_the_modulus<
// expected-clang: LL <= 1073741824LL
#include "incontext/online.hpp"

using namespace incontext;

constexpr auto mine = [](auto const& stream) {
    auto result = forms::sequence(stream);
#ifdef BROKEN
    auto& answer = result.answers[0](0, 0);
    auto power = answer;
    for (int i = 1; i < 61; ++i) {  // the product of x^(2^i), i = 0 .. 60
        power = power * power;
        answer = answer * power;
    }
#endif
    return result;
};
using Rule = AdditiveRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
static_assert(identical_on_streams<Rule, 2>(forms::sequence, mine));
