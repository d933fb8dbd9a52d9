// SPDX-License-Identifier: MIT
// A symbol of seven characters, where five are kept.
//
// expected: the_name_of_a_symbol_has_one_to_five_characters
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr Letter weights("weights", Axis::output, Axis::input);
#else
constexpr Letter weights("W0", Axis::output, Axis::input);
#endif
static_assert(!weights.is_scalar());
