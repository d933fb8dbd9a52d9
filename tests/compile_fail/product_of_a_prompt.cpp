// SPDX-License-Identifier: MIT
// A whole prompt is multiplied in place of its context.
//
// expected: this function takes matrices, as many as its declaration says
// expected: functions_of_matrices_are_given_matrices<incontext::algebra::ExactMatrix<incontext::algebra::Modular, 5, 5>
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

auto keys(Matrix<Modular, 5, 5> const& W_K, PromptOf<sizes, Modular> const& prompt) {
#ifdef BROKEN
    return product(W_K, prompt);
#else
    return product(W_K, prompt.context);
#endif
}
