// SPDX-License-Identifier: MIT
// An unknown with the axis `token`: no size of the problem has that name.
//
// expected: an unknown matrix has two of the axes input_axis, output_axis, context_axis, query_axis, key_axis
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

constexpr Arbitrary<sizes, Modular> any;
#ifdef BROKEN
inline constexpr auto tokens = any.matrix(AxisTag<Axis::token>{}, context_axis, "T");
#else
inline constexpr auto tokens = any.matrix(input_axis, context_axis, "T");
#endif
