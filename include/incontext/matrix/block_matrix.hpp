// SPDX-License-Identifier: MIT
/// @file
/// The matrices of the symbolic family: blocks of unnamed size in place of entries.
#pragma once

#include "incontext/matrix/exact.hpp"
#include "incontext/number/polynomial.hpp"

namespace incontext {

/// A matrix of symbolic blocks: [[I, 0], [W0, -I]] is a BlockMatrix<2, 2>.
///
/// Each entry is a block of unnamed size; a transpose therefore also transposes the entries.
template <int Rows, int Cols>
using BlockMatrix = ExactMatrix<Polynomial, Rows, Cols>;

}  // namespace incontext
