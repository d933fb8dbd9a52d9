// SPDX-License-Identifier: MIT
// The count of tasks in the place of their distribution.
//
// expected: a distribution of tasks is a struct with a const member template draw<Sizes>(keys)
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

int tasks(Workers& workers) {
#ifdef BROKEN
    return Evaluation<sizes>(workers, 1000).count();
#else
    return Evaluation<sizes>(workers, LinearRegression{}, 5, 1000).count();
#endif
}
