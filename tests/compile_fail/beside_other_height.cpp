// SPDX-License-Identifier: MIT
// A projection of inputs beside one of targets that has another number of rows.
//
// expected: beside: the two matrices have different heights
#include "incontext/theorem.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr int key_dim = 4;
#else
constexpr int key_dim = 5;
#endif

auto projection(Matrix<Modular, 5, 3> const& of_inputs, Matrix<Modular, key_dim, 2> const& of_targets) {
    return beside(of_inputs, of_targets);
}
