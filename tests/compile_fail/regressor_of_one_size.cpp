// SPDX-License-Identifier: MIT
// A regressor is made without the dimension of its output.
//
// expected: a regressor is made with two sizes and its settings
#include "incontext/incontext.hpp"

using namespace incontext;

auto regressor() {
#ifdef BROKEN
    return lms<3>(0.1f);
#else
    return lms<3, 1>(0.1f);
#endif
}
