// SPDX-License-Identifier: MIT
// The prompt before a step and one with other query tokens, compared.
//
// expected: == and != compare two prompts of one shape and one type of numbers
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 5, .context = 7, .query = 4};
#ifdef BROKEN
constexpr TokenShape other{.token_dim = 5, .context = 7};
#else
constexpr TokenShape other{.token_dim = 5, .context = 7, .query = 4, .input = 3};
#endif

bool compared(Prompt<shape, Modular> const& a, Prompt<other, Modular> const& b) {
    return a == b;
}
