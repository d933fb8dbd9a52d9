// SPDX-License-Identifier: MIT
// A polynomial activation without coefficients.
//
// expected: a polynomial activation has at least one coefficient
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

float activated(float z) {
#ifdef BROKEN
    return PolynomialActivation<>::at(z).value;
#else
    return PolynomialActivation<0, 0, 1>::at(z).value;
#endif
}
