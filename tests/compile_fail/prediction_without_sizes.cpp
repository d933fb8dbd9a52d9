// SPDX-License-Identifier: MIT
// A prediction is read without the sizes of its problem.
//
// expected: an update comes first and a whole Prompt after it
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

auto predicted(PromptOf<sizes, Modular> const& updated) {
#ifdef BROKEN
    return prediction(updated);
#else
    return prediction<sizes>(updated);
#endif
}
