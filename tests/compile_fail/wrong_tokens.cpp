// SPDX-License-Identifier: MIT
// The targets are read from tokens of another dimension: they would be the wrong rows.
//
// expected: tokens have as many rows as input + output
// expected: these_tokens_have_another_dimension<incontext::Given<6, 7>
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int token_dim = 6;
#else
constexpr int token_dim = 5;
#endif

auto y(Matrix<Modular, token_dim, 7> const& tokens) {
    return targets<Dimensions{.input = 3, .output = 2, .context = 7}>(tokens);
}
