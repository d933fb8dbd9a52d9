// SPDX-License-Identifier: MIT
// A symbol with rows and no columns is neither a scalar nor a matrix.
//
// expected: a_symbol_has_two_axes_or_none
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
inline constexpr Letter letter("A", Axis::input, Axis::none);
#else
inline constexpr Letter letter("A", Axis::input, Axis::input);
#endif
