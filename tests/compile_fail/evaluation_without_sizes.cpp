// SPDX-License-Identifier: MIT
// An evaluation of tasks of no sizes.
//
// expected: a layer is trained and evaluated by initialise(layer, seed)
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

int count(Workers& workers) {
#ifdef BROKEN
    return Evaluation(workers).count();
#else
    return Evaluation<sizes>(workers).count();
#endif
}
