// SPDX-License-Identifier: MIT
// An input is observed without its output.
//
// expected: what learns from a stream is shown matrices: observe(x, y)
#include "incontext/incontext.hpp"

using namespace incontext;

Observation observed(Lms<3, 2, float>& regressor, Matrix<float, 3, 1> const& x,
                     [[maybe_unused]] Matrix<float, 2, 1> const& y) {
#ifdef BROKEN
    return regressor.observe(x);
#else
    return regressor.observe(x, y);
#endif
}
