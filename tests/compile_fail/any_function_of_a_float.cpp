// SPDX-License-Identifier: MIT
// An MLP of any activation is a statement, and does not run.
//
// expected: this function has no value in these numbers: exp, tanh and 1/sqrt run in float, double and lanes of float
#include "incontext/incontext.hpp"
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

#ifdef BROKEN
using MyActivation = AnyFunction<"f">;
#else
using MyActivation = GELU;
#endif

MLP<float, 3, 8, 3, MyActivation> const my_map{};
Matrix<float, 3, 2> const tokens = Matrix<float, 3, 2>::Zero();
auto const after = my_map(tokens);
