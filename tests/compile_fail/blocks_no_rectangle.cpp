// SPDX-License-Identifier: MIT
// A value projection [[0, 0], [W0, -I]] whose upper left block has the size of the outputs instead of the inputs.
//
// expected: blocks: the four blocks do not form a rectangle
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int upper_left = 2;
#else
constexpr int upper_left = 3;
#endif

auto value_projection(Matrix<Modular, 2, 3> const& W0) {
    return blocks(zero<Modular, upper_left>(), zero<Modular, 3, 2>(), W0, identity<Modular, 2>(Modular(-1)));
}
