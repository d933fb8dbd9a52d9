// SPDX-License-Identifier: MIT
// A step of exact numbers written to a file that holds float, double and integers.
//
// expected: only parameters of float, double and integers can be written as text
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
using Number = Modular;
#else
using Number = double;
#endif

std::string text(GradientStep<Dimensions{.input = 3, .output = 2, .context = 7}, Number> const& step) {
    return parameters_text(step);
}
