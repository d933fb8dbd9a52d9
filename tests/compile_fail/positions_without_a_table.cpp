// SPDX-License-Identifier: MIT
// The number of position entries in the place of their table.
//
// expected: a table of positions is a struct with a static constexpr int rows
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
#ifdef BROKEN
struct Table {
    static constexpr int rows = 2;
};
#else
using Table = SinusoidalPositions<2>;
#endif

auto positioned(WithPositions<Modular, 3, Table> const& layer, Prompt<shape, Modular> const& prompt) {
    return layer(prompt);
}
