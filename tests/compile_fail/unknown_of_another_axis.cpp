// SPDX-License-Identifier: MIT
// An unknown with the axis `key`: no size of the problem has that name.
//
// expected: an unknown matrix has two of the axes input_axis, output_axis, context_axis, query_axis
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

constexpr Arbitrary<sizes, Modular> any;
#ifdef BROKEN
inline constexpr auto keys = any.matrix(AxisTag<Axis::key>{}, context_axis, "K");
#else
inline constexpr auto keys = any.matrix(input_axis, context_axis, "K");
#endif
