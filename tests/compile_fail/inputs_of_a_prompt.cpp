// SPDX-License-Identifier: MIT
// A whole prompt, where inputs are read from a matrix of tokens.
//
// expected: a matrix of Required<rows, cols> belongs here, but the argument is not a matrix
// expected: this_is_not_a_matrix<incontext::tokens_in_columns, incontext::Prompt<
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

auto x(PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return inputs<sizes>(prompt);
#else
    return inputs<sizes>(prompt.context);
#endif
}
