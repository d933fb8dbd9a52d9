// SPDX-License-Identifier: MIT
// An update without members that does not begin without arguments: a check sees its type, and cannot make one.
//
// expected: identical and the law of streams see types alone: pass a lambda without captures
// expected: a_statement_must_not_hold_values<
#include "incontext/theorem.hpp"

using namespace incontext;

struct Unchanged {
#ifdef BROKEN
    explicit constexpr Unchanged(int) {}
#else
    explicit constexpr Unchanged(int = 0) {}
#endif
    constexpr auto operator()(auto const& prompt) const {
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Unchanged(1), Unchanged(2)));
